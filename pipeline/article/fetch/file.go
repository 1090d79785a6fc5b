package fetch

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// File writes the file at an address to w, as it is there, and returns its address after redirects. The errors are those
// of Get except *NotText, and what w gave; something may have been written then.
func (c Client) File(ctx context.Context, address string, w io.Writer) (string, error) {
	limit := c.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxFile
	}
	var final string
	header := http.Header{"Accept": {"*/*"}, "Accept-Encoding": {"identity"}}
	err := c.do(ctx, address, header, DefaultFileTimeout, func(response *http.Response) error {
		final = response.Request.URL.String()
		switch encoding := strings.ToLower(strings.TrimSpace(response.Header.Get("Content-Encoding"))); {
		case response.StatusCode != http.StatusOK:
			return &Status{Code: response.StatusCode, RetryAfter: retryAfter(response.Header.Get("Retry-After"))}
		case encoding != "" && encoding != "identity":
			return fmt.Errorf("the file is compressed with %.20q, which was not asked for", encoding)
		case response.ContentLength > limit:
			return &TooLarge{Limit: limit, File: true}
		}
		n, err := io.Copy(w, io.LimitReader(response.Body, limit+1))
		if n > limit {
			return &TooLarge{Limit: limit, File: true}
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return final, nil
}
