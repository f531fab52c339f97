import { expect, test } from '@playwright/test';
import { complaintsOf } from './page-complaints.ts';

test('a request that leaves, a broken policy and a script that fails are seen; what belongs to the page is not (control)', async ({
  page,
}) => {
  const complaints = complaintsOf(page, 'data:');
  const seen = (what: RegExp) => expect.poll(() => complaints.filter((one) => what.test(one)).length);
  await page.setContent('<link rel="icon" href="data:,"><img src="data:," alt="">');
  expect(complaints).toEqual([]);
  await page.setContent('<img src="http://127.0.0.1:9/" alt=""><script>throw new Error("broken")</script>');
  await seen(/^request: http:\/\/127\.0\.0\.1:9/).toBe(1);
  await seen(/^page: broken/).toBe(1);
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;
  await page.setContent(`${policy}<style>p { color: red }</style>`);
  await seen(/^console: .*Content Security Policy/).toBe(1);
});
