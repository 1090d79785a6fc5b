package fetch_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article/fetch"
)

func TestAFileComesAsItIsWithItsFinalAddress(t *testing.T) {
	sound := []byte("ID3\x04\x00\xff\xfb")
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old.mp3" {
			http.Redirect(w, r, "/new.mp3", http.StatusFound)
			return
		}
		if r.Header.Get("Accept-Encoding") != "identity" {
			http.Error(w, "wrong request", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "audio/mpeg")
		_, _ = w.Write(sound)
	})
	var b bytes.Buffer
	final, err := fetch.Client{AllowPrivate: true}.File(t.Context(), address+"/old.mp3", &b)
	require.NoError(t, err)
	require.Equal(t, address+"/new.mp3", final)
	require.Equal(t, sound, b.Bytes())
}

func TestAFileIsNoLargerThanTheLimit(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/said" {
			w.Header().Set("Content-Length", strconv.Itoa(1<<40))
		}
		if r.URL.Path == "/zip" {
			w.Header().Set("Content-Encoding", "gzip")
		}
		for range 1 << 10 {
			if _, err := w.Write(make([]byte, 1<<10)); err != nil {
				return
			}
		}
	})
	client := fetch.Client{AllowPrivate: true, MaxBytes: 1<<20 - 1}
	for _, path := range []string{"/said", "/endless"} {
		_, err := client.File(t.Context(), address+path, io.Discard)
		var large *fetch.TooLarge
		require.ErrorAs(t, err, &large, path)
		require.ErrorContains(t, err, "the file is larger than 1048575 bytes")
		require.Contains(t, large.Hint(), "fetch.max_audio_bytes")
	}
	_, err := client.File(t.Context(), address+"/zip", io.Discard)
	require.ErrorContains(t, err, `compressed with "gzip"`)
	client.MaxBytes++
	_, err = client.File(t.Context(), address+"/endless", io.Discard)
	require.NoError(t, err, "exactly the limit")
}

func TestAFileMeetsTheSameGuardsAsAPage(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			http.NotFound(w, r)
		case "/cut":
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "cut")
		case "/slow":
			<-r.Context().Done()
		}
	})
	_, err := fetch.Client{}.File(t.Context(), address, io.Discard)
	var forbidden *fetch.Forbidden
	require.ErrorAs(t, err, &forbidden)
	_, err = fetch.Client{}.File(t.Context(), "file:///etc/passwd", io.Discard)
	var bad *fetch.BadAddress
	require.ErrorAs(t, err, &bad)
	client := fetch.Client{AllowPrivate: true, Timeout: 100 * time.Millisecond}
	_, err = client.File(t.Context(), address+"/gone", io.Discard)
	var status *fetch.Status
	require.ErrorAs(t, err, &status)
	_, err = client.File(t.Context(), address+"/cut", io.Discard)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, err = client.File(t.Context(), address+"/slow", io.Discard)
	var silent *fetch.Unreachable
	require.ErrorAs(t, err, &silent)
	full := errors.New("no space left")
	_, err = client.File(t.Context(), address+"/cut", failing{full})
	require.ErrorIs(t, err, full)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
