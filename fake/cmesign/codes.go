package cmesign

// The codes that Verify and Explain share. They are stable: programs may compare them.
const (
	codeValid = "cme.valid"

	// The shape of the signature.
	codeEmpty      = "cme.empty"
	codeTooLong    = "cme.too-long"
	codeNotBase64  = "cme.not-base64"
	codeTooShort   = "cme.too-short"
	codeNoOriginal = "cme.no-original"
	codeNotUTF8    = "cme.not-utf8"

	// The key and the HMAC. Verify knows only that the HMAC is wrong; Explain finds out why.
	codeUnknownSecretID = "cme.unknown-secret-id"
	codeWrongMAC        = "cme.wrong-mac"

	// The parameters.
	codeBadEscape          = "cme.bad-escape"
	codeUnescaped          = "cme.unescaped"
	codeDuplicateParameter = "cme.duplicate-parameter"
	codeMissingParameter   = "cme.missing-parameter"
	codeEmptyParameter     = "cme.empty-parameter"
	codeNotInteger         = "cme.not-integer"
	codeRandomRange        = "cme.random-range"
	codeNotSeconds         = "cme.not-seconds"
	codeNegativeValidity   = "cme.negative-validity"
	codeNotYetValid        = "cme.not-yet-valid"
	codeExpired            = "cme.expired"
	codeUndocumentedAction = "cme.undocumented-action"
	codeWrongAction        = "cme.wrong-action"
	codeUnknownPlatform    = "cme.unknown-platform"
)

// The finer codes of Explain.
const (
	// Instead of codeNotBase64: what happened to the base64 text on its way.
	codePercentEncoded   = "cme.percent-encoded"
	codeLineBreaks       = "cme.line-breaks"
	codeSurroundingSpace = "cme.surrounding-space"
	codeWrapped          = "cme.wrapped"
	codeTextUnencoded    = "cme.text-unencoded"
	codePlusAsSpace      = "cme.plus-as-space"
	codeURLAlphabet      = "cme.url-alphabet"
	codeEncodedApart     = "cme.encoded-apart"
	codeMissingPadding   = "cme.missing-padding"
	codeTrailingBits     = "cme.trailing-bits"
	codeBase64Length     = "cme.base64-length"
	codeCutOff           = "cme.cut-off" // instead of codeWrongMAC too

	// HMAC and text are put together in another way.
	codeBase64Twice      = "cme.base64-twice"
	codeNoMAC            = "cme.no-mac"
	codeHexMAC           = "cme.hex-mac"
	codeBase64MAC        = "cme.base64-mac"
	codeWrongHash        = "cme.wrong-hash"
	codePlainHash        = "cme.plain-hash"
	codeMACThroughString = "cme.mac-through-string"
	codeOriginalFirst    = "cme.original-first"
	codeMisplacedText    = "cme.misplaced-text"

	// Instead of codeWrongMAC: what the HMAC was made from.
	codeReEncoded       = "cme.re-encoded"
	codeReOrdered       = "cme.re-ordered"
	codeSignedUnencoded = "cme.signed-unencoded"
	codeSignedLineBreak = "cme.signed-line-break"
	codeKeyWhitespace   = "cme.key-whitespace"
	codeKeyQuoted       = "cme.key-quoted"
	codeHTMLEntity      = "cme.html-entity"
	codeKeyWord         = "cme.key-word"
	codeKeyEmpty        = "cme.key-empty"
	codeKeyDecoded      = "cme.key-decoded"
	codeKeyIsSecretID   = "cme.key-is-secret-id"
	codeSwapped         = "cme.swapped"
	codeOtherKey        = "cme.other-key"
	codeWrongSecret     = "cme.wrong-secret"

	// Instead of codeUnknownSecretID, codeMissingParameter and codeNegativeValidity.
	codeSecretKeyAsID     = "cme.secret-key-as-id"
	codeMisnamedParameter = "cme.misnamed-parameter"
	codeDuration          = "cme.duration"
)

// Failure says by a stable code why Verify rejects a signature. Explain says more, and often has a finer code.
type Failure struct {
	Code      string // such as "cme.expired"
	Parameter string // the wrong parameter; empty if the failure is not about one parameter
}

func (f *Failure) Error() string {
	if f.Parameter == "" {
		return "check signature: " + f.Code
	}
	return "check signature: " + f.Code + ": " + f.Parameter
}
