package wyoming

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxHeader is the longest header line that is read, in bytes. Headers are short, but older servers put the list of
// their voices there, which has about a thousand bytes for each.
const maxHeader = 4 << 20

// event is one message of the protocol, either way.
type event struct {
	Type    string
	Data    []json.RawMessage // JSON objects; a later one overrules the keys of an earlier one
	Payload []byte
}

// formatError says that what came is not the protocol.
type formatError struct{ reason string }

func (e *formatError) Error() string { return e.reason }

// header is the line of JSON that every event begins with.
type header struct {
	Type          string          `json:"type"`
	Data          json.RawMessage `json:"data,omitempty"`
	DataLength    int64           `json:"data_length,omitempty"`
	PayloadLength int64           `json:"payload_length,omitempty"`
}

// read reads one event: the header line, the data and the payload whose lengths it announces in bytes. At the end it
// returns io.EOF, within an event io.ErrUnexpectedEOF, and a *formatError for what is no event or holds more than most
// bytes. A length that is announced takes no memory before the bytes come.
func read(r *bufio.Reader, most int64) (event, error) {
	line, err := readLine(r)
	if err != nil {
		return event{}, err
	}
	var h header
	if err := json.Unmarshal(line, &h); err != nil || h.Type == "" {
		return event{}, &formatError{fmt.Sprintf("%.40q is no header of an event", line)}
	}
	if h.DataLength < 0 || h.PayloadLength < 0 || h.DataLength > most || h.PayloadLength > most {
		return event{}, &formatError{fmt.Sprintf("an event announces %d bytes of data and %d of payload", h.DataLength, h.PayloadLength)}
	}
	e := event{Type: h.Type}
	if len(h.Data) > 0 {
		e.Data = append(e.Data, h.Data)
	}
	data, err := readBytes(r, h.DataLength)
	if err != nil {
		return event{}, err
	}
	if len(data) > 0 {
		if !json.Valid(data) {
			return event{}, &formatError{fmt.Sprintf("the data of an event, %.40q, are no JSON", data)}
		}
		e.Data = append(e.Data, data)
	}
	e.Payload, err = readBytes(r, h.PayloadLength)
	return e, err
}

// readLine reads up to and without the next line feed, at most maxHeader bytes.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxHeader:
			return nil, &formatError{fmt.Sprintf("a header is longer than %d bytes", maxHeader)}
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		}
		return line[:len(line)-1], nil
	}
}

func readBytes(r io.Reader, n int64) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	var b bytes.Buffer
	if _, err := io.CopyN(&b, r, n); errors.Is(err, io.EOF) {
		return nil, io.ErrUnexpectedEOF
	} else if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// decode fills v from the data of the event.
func (e event) decode(v any) error {
	for _, data := range e.Data {
		if err := json.Unmarshal(data, v); err != nil {
			return &formatError{fmt.Sprintf("the data of the event %.20q are not as they should be: %v", e.Type, err)}
		}
	}
	return nil
}

// write writes an event without a payload.
func write(w io.Writer, kind string, data any) error {
	content, err := json.Marshal(data)
	if err != nil {
		return err
	}
	line, err := json.Marshal(header{Type: kind, DataLength: int64(len(content))})
	if err != nil {
		return err
	}
	_, err = w.Write(slices.Concat(line, []byte("\n"), content))
	return err
}
