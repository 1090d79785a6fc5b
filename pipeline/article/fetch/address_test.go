package fetch

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOnlyPublicAddressesAreConnectedTo(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8":                     true,
		"93.184.216.34":               true,
		"2606:2800:220:1:248:1893::1": true,
		"::ffff:8.8.8.8":              true,
		"64:ff9b::808:808":            true, // NAT64 of 8.8.8.8
		"2002:808:808::1":             true, // 6to4 of 8.8.8.8

		"127.0.0.1":            false,
		"127.255.255.254":      false,
		"0.0.0.0":              false,
		"0.1.2.3":              false,
		"10.0.0.1":             false,
		"172.16.0.1":           false,
		"172.31.255.255":       false,
		"192.168.1.1":          false,
		"169.254.169.254":      false, // metadata of cloud machines
		"100.64.0.1":           false,
		"100.127.255.255":      false,
		"192.0.0.8":            false,
		"198.18.0.1":           false,
		"203.0.113.9":          false,
		"224.0.0.1":            false,
		"239.255.255.250":      false,
		"240.0.0.1":            false,
		"255.255.255.255":      false,
		"::":                   false,
		"::1":                  false,
		"::127.0.0.1":          false,
		"::ffff:127.0.0.1":     false,
		"::ffff:10.0.0.1":      false,
		"::ffff:a9fe:a9fe":     false,
		"64:ff9b::7f00:1":      false, // NAT64 of 127.0.0.1
		"64:ff9b::a9fe:a9fe":   false,
		"64:ff9b:1::1":         false,
		"2002:7f00:1::":        false, // 6to4 of 127.0.0.1
		"2002:a00:1::1":        false,
		"2001:0:53aa:64c::1":   false, // Teredo
		"2001:db8::1":          false,
		"fc00::1":              false,
		"fd12:3456:789a::1":    false,
		"fe80::1":              false,
		"fe80::1%eth0":         false,
		"fec0::1":              false,
		"ff02::1":              false,
		"100::1":               false,
		"3fff::1":              false,
		"::ffff:100.64.0.1":    false,
		"::ffff:0.0.0.0":       false,
		"2002:c0a8:101::1":     false, // 6to4 of 192.168.1.1
		"64:ff9b::6440:1":      false, // NAT64 of 100.64.0.1
		"::ffff:192.168.0.1":   false,
		"fe80::ffff:127.0.0.1": false,
	} {
		require.Equal(t, want, public(netip.MustParseAddr(address)), address)
	}
	require.False(t, public(netip.Addr{}))
}

func TestDialerRefusesWhatItCannotRead(t *testing.T) {
	for _, address := range []string{"localhost:80", "", "127.0.0.1", "[fe80::1%25eth0]:80", "127.0.0.1:80"} {
		var forbidden *Forbidden
		require.ErrorAs(t, refuse("tcp", address, nil), &forbidden, address)
	}
	require.NoError(t, refuse("tcp", "8.8.8.8:443", nil))
}

func FuzzMappedAddressesAreJudgedAsTheAddressTheyCarry(f *testing.F) {
	f.Add([]byte{127, 0, 0, 1})
	f.Add([]byte{8, 8, 8, 8})
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) != 4 {
			return
		}
		v4 := netip.AddrFrom4([4]byte(b))
		want := public(v4)
		require.Equal(t, want, public(netip.AddrFrom16(v4.As16())))
		require.Equal(t, want, public(netip.AddrFrom16([16]byte{0x20, 0x02, b[0], b[1], b[2], b[3]})))
		require.Equal(t, want, public(netip.AddrFrom16([16]byte{0, 0x64, 0xff, 0x9b, 12: b[0], 13: b[1], 14: b[2], 15: b[3]})))
	})
}
