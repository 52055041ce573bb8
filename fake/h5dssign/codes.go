package h5dssign

// The codes that Verify and Explain share. They are stable: programs may compare them.
const (
	codeValid = "h5ds.valid"

	codeMissingHeader   = "h5ds.missing-header"
	codeEmptyHeader     = "h5ds.empty-header"
	codeDuplicateHeader = "h5ds.duplicate-header"

	// Explain often has a finer code than these two.
	codeUnknownAppID   = "h5ds.unknown-appid"
	codeTimestampShape = "h5ds.timestamp-shape"

	// Only Verify has this code. Explain always has a finer one.
	codeWrongSign = "h5ds.wrong-sign"

	codeClockBehind = "h5ds.clock-behind"
	codeClockAhead  = "h5ds.clock-ahead"
)

// The finer codes of Explain.
const (
	// Instead of codeUnknownAppID. codeOtherKey also stands for codeWrongSign.
	codeAppIDIsSecret = "h5ds.appid-is-secret"
	codeOtherKey      = "h5ds.other-key"

	// Instead of codeTimestampShape.
	codeTimestampUnit      = "h5ds.timestamp-unit"
	codeTimestampFloat     = "h5ds.timestamp-float"
	codeTimestampFraction  = "h5ds.timestamp-fraction"
	codeSignedMilliseconds = "h5ds.signed-milliseconds"

	// Instead of codeWrongSign: the text that was signed.
	codeSecretFirst       = "h5ds.secret-first"
	codeSeparator         = "h5ds.separator"
	codeSecretEmpty       = "h5ds.secret-empty"
	codeSecretExtra       = "h5ds.secret-extra"
	codeAppIDIncluded     = "h5ds.appid-included"
	codeAppIDAsSecret     = "h5ds.appid-as-secret"
	codeTimestampUnsigned = "h5ds.timestamp-unsigned"
	codeSignedSeconds     = "h5ds.signed-seconds"
	codeSignedRounded     = "h5ds.signed-rounded"
	codeSignedOtherTime   = "h5ds.signed-other-time"

	// The digest.
	codeDigest    = "h5ds.digest"
	codeHMAC      = "h5ds.hmac"
	codeMD5Twice  = "h5ds.md5-twice"
	codeNotHashed = "h5ds.not-hashed"

	// The form of the sign.
	codeSignCase      = "h5ds.sign-case"
	codeSignDecorated = "h5ds.sign-decorated"
	codeSignZeros     = "h5ds.sign-zeros"
	codeSignShort     = "h5ds.sign-short"
	codeSignBase64    = "h5ds.sign-base64"
	codeSignRaw       = "h5ds.sign-raw"

	// No known mistake explains the sign.
	codeSignShape   = "h5ds.sign-shape"
	codeWrongSecret = "h5ds.wrong-secret"
)
