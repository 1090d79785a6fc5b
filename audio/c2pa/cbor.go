package c2pa

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// encode is a value as deterministic CBOR (RFC 8949, 4.2.1): the same value gives the same bytes.
func encode(value any) ([]byte, error) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(value)
}

// decode reads CBOR into value, within bounds: nested at most maxDepth deep, at most maxElements in an array or map. No
// key may come twice. A length that is a lie costs nothing, for nothing is set aside before it is there.
func decode(data []byte, value any) error {
	mode, err := cbor.DecOptions{
		IntDec:            cbor.IntDecConvertSignedOrFail,
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		MaxNestedLevels:   maxDepth,
		MaxArrayElements:  maxElements,
		MaxMapPairs:       maxElements,
		UTF8:              cbor.UTF8RejectInvalid,
		FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
	}.DecMode()
	if err != nil {
		return err
	}
	if err := mode.Unmarshal(data, value); err != nil {
		return fmt.Errorf("CBOR: %w", err)
	}
	return nil
}
