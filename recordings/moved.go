package recordings

import (
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// These names have moved to packages har and redact.
type (
	Call      = har.Call
	Entry     = har.Entry
	Archive   = har.Archive
	Custom    = har.Custom
	NameValue = har.NameValue
	PostData  = har.PostData
	Param     = har.Param
	Redactor  = redact.Redactor
)

const Extension = har.Extension

var (
	Read          = har.Read
	Write         = har.Write
	WriteFile     = har.WriteFile
	ReadFiles     = har.ReadFiles
	FileNames     = har.FileNames
	CheckAge      = har.CheckAge
	NewArchive    = har.NewArchive
	CallOf        = har.CallOf
	IsPlaceholder = redact.IsPlaceholder
	Prove         = redact.Check
	FormIn        = redact.SpellingIn
	Pick          = Filter
)
