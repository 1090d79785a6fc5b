package c2pa

import (
	"crypto/x509"
	"fmt"
	"slices"
	"time"
)

// State is the outcome of a validation.
type State string

// The outcomes.
const (
	Trusted State = "Trusted" // nothing was altered, and the signer's certificate comes from an anchor
	Valid   State = "Valid"   // nothing was altered since it was signed, by somebody whom no anchor vouches for
	Invalid State = "Invalid" // altered, damaged, or signed with a certificate that was not valid
)

// Trust is whom to believe, and when.
type Trust struct {
	Anchors []*x509.Certificate // of signers and of time stamp servers; none: nobody
	Now     time.Time           // for signatures without time stamp; zero: by the clock
}

// Report is what a validation found, and what the active manifest says. Texts are as they stand in the file, so they
// may hold anything that UTF-8 can.
type Report struct {
	State         State
	Success       []Status
	Informational []Status
	Failure       []Status

	Label       string // of the active manifest
	Title       string
	InstanceID  string
	Generator   string // name and version of the program that made the claim
	Signer      string // common name in the certificate
	Issuer      string // organisation of the certificate's issuer, or its common name
	NotAfter    time.Time
	Time        *time.Time // of a time stamp that was validated
	TimeTrusted bool
	Actions     []Action
	AI          *AIDisclosure
	Ingredients []Ingredient
	Manifests   int // in the store
}

// Status is one finding.
type Status struct {
	Code        string // as the specification names it
	URL         string // of the box that it is about
	Explanation string
}

// Action is something that was done to make the file.
type Action struct {
	Action      string // c2pa.created
	When        string // RFC 3339, or empty
	SourceType  string // digital source type, an address
	Agent       string // name and version of the program
	Description string
}

// AIDisclosure is what a manifest says about the model that made the file.
type AIDisclosure struct {
	ModelType       string
	ModelName       string
	ModelIdentifier string
	Oversight       string // contentProfile.humanOversightLevel
}

// Ingredient is what a file was made from.
type Ingredient struct {
	Relationship string // parentOf, componentOf, inputTo
	Title        string
	Format       string
	URI          string // where more is to be found
	Manifest     string // label of its manifest in the store, or empty
}

// SourceType is the digital source type of the first action that has one.
func (r *Report) SourceType() string {
	for _, a := range r.Actions {
		if a.SourceType != "" {
			return a.SourceType
		}
	}
	return ""
}

// Has tells whether a code was found.
func (r *Report) Has(code string) bool {
	for _, list := range [][]Status{r.Success, r.Informational, r.Failure} {
		if slices.ContainsFunc(list, func(s Status) bool { return s.Code == code }) {
			return true
		}
	}
	return false
}

func (r *Report) pass(code, url, format string, args ...any) {
	r.Success = append(r.Success, Status{code, url, fmt.Sprintf(format, args...)})
}

func (r *Report) note(code, url, format string, args ...any) {
	r.Informational = append(r.Informational, Status{code, url, fmt.Sprintf(format, args...)})
}

func (r *Report) fail(code, url, format string, args ...any) {
	r.Failure = append(r.Failure, Status{code, url, fmt.Sprintf(format, args...)})
}

// conclude sets the state: a signer whom nobody vouches for is no fault of the file.
func (r *Report) conclude() {
	r.State = Valid
	for _, s := range r.Failure {
		if s.Code != codeCredentialUntrusted {
			r.State = Invalid
			return
		}
	}
	if len(r.Failure) == 0 && slices.ContainsFunc(r.Success, func(s Status) bool { return s.Code == codeCredentialTrusted }) {
		r.State = Trusted
	}
}
