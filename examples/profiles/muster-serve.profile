# The implementation conformance statement of the reference server where Muster meets it from outside, with the example operator.
# muster certify server --target … --operator examples/servers/muster-serve/operator.mjs --profile examples/profiles/muster-serve.profile
server       "muster serve"
profile      modern
# Its operator sets files and devices. It cannot set lifetimes, limits and time-outs, see the log or the call detail records,
# kill the server, move its clock, or give it another CA.
out-of-reach PROP-001 SRV-CA-002 SRV-CALL-023 SRV-CALL-024 SRV-CALL-025 SRV-CALL-043 SRV-CALL-065 SRV-CFG-008 SRV-CRD-007 SRV-CRD-008 SRV-DUR-001 SRV-DUR-002 SRV-DUR-003 SRV-HTTP-011 SRV-HTTP-012 SRV-HTTP-013 SRV-LIF-001 SRV-LIF-004 SRV-LIM-002 SRV-NON-004 SRV-POP-003 SRV-POP-009 SRV-POP-010 SRV-RET-006 SRV-SEC-002 SRV-SEC-003 SRV-SEC-004
