/** The last 64 bits of a number, as bits. */
function lastBits(hex: string): string {
  return BigInt.asUintN(64, BigInt(`0x${hex}`))
    .toString(2)
    .padStart(64, '0');
}

/** Chance makes 64 bits differ in fewer places once in a hundred million pairs. */
const fewestDifferences = 10;
/** Standard deviations: chance goes beyond once in two million times. */
const mostDeviation = 5;

/**
 * What speaks against at least 64 random bits in each of these numbers, hexadecimal; undefined: nothing. It finds counters,
 * clocks and short numbers, not a weak generator.
 */
export function notRandom(numbers: readonly string[]): string | undefined {
  const short = numbers.find((hex) => BigInt(`0x${hex}`) >> 56n === 0n);
  if (short !== undefined) return `${short} is shorter than 64 bits`;
  const all = numbers.map(lastBits);
  for (const [index, one] of all.entries()) {
    for (const [offset, other] of all.slice(index + 1).entries()) {
      const distance = [...one].filter((bit, place) => bit !== other[place]).length;
      const pair = `${numbers[index]} and ${numbers[index + 1 + offset]}`;
      if (distance < fewestDifferences) return `${pair} differ in ${distance} of their last 64 bits`;
    }
  }
  const bits = all.join('');
  const ones = bits.replaceAll('0', '').length;
  const deviation = Math.abs(ones - bits.length / 2) / (Math.sqrt(bits.length) / 2);
  return deviation > mostDeviation ? `of ${bits.length} bits ${ones} are 1` : undefined;
}
