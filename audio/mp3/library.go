package mp3

import "github.com/voicepress/voicepress/audio/internal/dl"

// LibraryError says that a shared library is missing or cannot be used. Its Hint is the command that installs it.
type LibraryError = dl.Error

func lameLibrary() dl.Library {
	return dl.Library{
		Name:    "LAME",
		Linux:   []string{"libmp3lame.so.0", "libmp3lame.so"},
		Darwin:  []string{"libmp3lame.0.dylib", "libmp3lame.dylib"},
		Windows: []string{"libmp3lame.dll", "libmp3lame-0.dll"},
		Remedy:  "install it: apt-get install libmp3lame0, dnf install lame-libs or brew install lame; or name the path of its library",
	}
}

func mpg123Library() dl.Library {
	return dl.Library{
		Name:    "mpg123",
		Linux:   []string{"libmpg123.so.0", "libmpg123.so"},
		Darwin:  []string{"libmpg123.0.dylib", "libmpg123.dylib"},
		Windows: []string{"libmpg123-0.dll", "mpg123.dll"},
		Remedy:  "install it: apt-get install libmpg123-0, dnf install mpg123-libs or brew install mpg123; or name the path of its library",
	}
}
