package article_test

import (
	"testing"
	"time"
)

// processorTime is not told here: the limits are held on other systems.
func processorTime(*testing.T) time.Duration { return 0 }
