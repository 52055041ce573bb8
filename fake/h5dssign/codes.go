package h5dssign

// The codes that Verify and Explain share. They are stable: programs may compare them.
const (
	codeValid = "h5ds.valid"

	codeHeaderMissing  = "h5ds.header-missing"
	codeHeaderEmpty    = "h5ds.header-empty"
	codeHeaderRepeated = "h5ds.header-repeated"

	// Verify knows only that these two are wrong; Explain often finds out how.
	codeAppIDUnknown   = "h5ds.appid-unknown"
	codeTimestampShape = "h5ds.timestamp-shape"

	// Only Verify says this. Explain always has a finer code.
	codeSignWrong = "h5ds.sign-wrong"

	codeClockBehind = "h5ds.clock-behind"
	codeClockAhead  = "h5ds.clock-ahead"
)

// The finer codes that only Explain names.
const (
	// Instead of codeAppIDUnknown. codeOtherSecret also stands for codeSignWrong.
	codeAppIDIsSecret = "h5ds.appid-is-secret"
	codeOtherSecret   = "h5ds.other-secret"

	// Instead of codeTimestampShape.
	codeTimestampUnit      = "h5ds.timestamp-unit"
	codeTimestampFloat     = "h5ds.timestamp-float"
	codeTimestampFraction  = "h5ds.timestamp-fraction"
	codeSignedMilliseconds = "h5ds.signed-milliseconds"

	// Instead of codeSignWrong: what was signed.
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

	// What it was put through.
	codeDigest    = "h5ds.digest"
	codeHMAC      = "h5ds.hmac"
	codeMD5Twice  = "h5ds.md5-twice"
	codeNotHashed = "h5ds.not-hashed"

	// How the result was written.
	codeSignCase      = "h5ds.sign-case"
	codeSignDecorated = "h5ds.sign-decorated"
	codeSignZeros     = "h5ds.sign-zeros"
	codeSignShort     = "h5ds.sign-short"
	codeSignBase64    = "h5ds.sign-base64"
	codeSignRaw       = "h5ds.sign-raw"

	// Nothing fits.
	codeSignShape   = "h5ds.sign-shape"
	codeSecretWrong = "h5ds.secret-wrong"
)
