package op

import (
	"hash/fnv"
	"time"

	"github.com/brianvoe/gofakeit/v6"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/dialect"
)

// Call is what an operation may know about the call it serves.
type Call struct {
	// Operation is the operationId.
	Operation string
	// Now is the tenant's time.
	Now time.Time
	// User is who calls: the userId of the CME signature or ticket, the platform user of the
	// h5ds token. Empty before anybody is known.
	User string
	// Session is the serial of the h5ds token. Empty elsewhere, and before anybody is known.
	Session string
	Tenant  Tenant
	Dialect dialect.Dialect
	// Seed makes made-up data repeatable; see Faker.
	Seed uint64
	// Vary, unless it is zero, lets ids have any of their documented lengths.
	Vary uint64
	// IDs counts; only a Write operation may use it.
	IDs *IDs
	// TicketLife is how long a new ticket is good.
	TicketLife time.Duration
	// Limits bound what the tenant may hold.
	Limits Limits
	// VerifySign judges a CME signature given in a request body, for the action named.
	// It is nil outside CME services.
	VerifySign func(signature, action string) (userID string, fault *diagnosis.Diagnosis)
	// Token makes the bearer token of an h5ds user.
	Token func(TokenClaims) (string, error)
	// Files are those of a multipart request, in their order; its other fields are the request.
	Files []File
}

// File is one file of a multipart request.
type File struct {
	Field       string // the name of its form field
	Name        string // the client's name for it, without a path; may be empty
	ContentType string // what the client says; may be empty
	Content     []byte
}

// Tenant is the identity of one set of credentials, without its secrets.
type Tenant struct {
	ID       string
	Number   uint32 // of this server; tickets carry it
	Platform string // of the signature or ticket; the tenant's first platform otherwise
	CMEAppID int64
	AppID    string // h5ds
}

// TokenClaims is what the token of an h5ds user says.
type TokenClaims struct {
	UserID string
	Serial string // one login of one user
	Issued time.Time
	Expire time.Time
}

// NewID returns a new id of the kind, in the documented format of that kind.
func (c *Call) NewID(kind Kind) string { return c.IDs.next(kind, c) }

// NewNumber returns the next number of a sequence that begins at first.
func (c *Call) NewNumber(sequence string, first int64) int64 { return c.IDs.number(sequence, first) }

// Faker returns a source of made-up data that depends only on the server's seed and the
// name, never on the order of calls.
func (c *Call) Faker(name string) *gofakeit.Faker {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	seed := int64((h.Sum64() ^ c.Seed) >> 1)
	if seed == 0 {
		seed = 1 // gofakeit takes zero for "random"
	}
	return gofakeit.New(seed)
}
