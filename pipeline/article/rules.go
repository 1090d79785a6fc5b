package article

import "strings"

const ruleReason = "the publisher's rule: "

// byPublisher says whether a reason is a rule of the publisher.
func byPublisher(reason string) bool { return strings.HasPrefix(reason, ruleReason) }
