# The implementation conformance statement of the example device of openssl and curl.
# muster certify device --adapter examples/adapters/openssl/adapter --profile examples/profiles/openssl.profile
device       "openssl and curl"
profile      modern
keys         p256
tls          1.2 1.3
getcacert    cleartext tls   # without a fingerprint, over TLS
fingerprint  sha256
challenge    yes
retrieve     yes
renew        yes
common-name  accepted      # curl takes it where there is no subjectAltName
expired-anchor refused
revocation   unchecked
calls        no            # it enrolls, and does no more
polls        at-command    # one message for each command
clock        its-own       # the machine's
unset-clock  refused
