package op

// Limits bound what a server holds for its clients, whoever calls. Zero is no limit.
type Limits struct {
	Tenants int
	// The others are those of each tenant.

	// Users are those of h5ds.
	Users int
	// Tickets are those of opencme, and apart from them the sessions of h5ds.
	Tickets int
	// FileBytes are the stored files of h5ds, each with FileOverhead.
	FileBytes int64
}

// FileOverhead is what a file takes beside its content.
const FileOverhead = 1 << 10

// DefaultLimits are far above what a test needs, and keep a client in a loop from taking all memory.
var DefaultLimits = Limits{Tenants: 100_000, Users: 100_000, Tickets: 1_000_000, FileBytes: 256 << 20}

// RoomForUser returns an error when the tenant has as many users as it may have. What the client reads is e.
func (c *Call) RoomForUser(have int, e *Error) error {
	return room(c.Limits.Users, have, 1, e, "users", "MaxUsers")
}

// RoomForTicket is RoomForUser for tickets or sessions.
func (c *Call) RoomForTicket(have int, e *Error) error {
	return room(c.Limits.Tickets, have, 1, e, "tickets or sessions", "MaxTickets")
}

// RoomForFile is RoomForUser for a file of so many bytes, with FileOverhead.
func (c *Call) RoomForFile(have, bytes int64, e *Error) error {
	return room(c.Limits.FileBytes, have, bytes, e, "bytes of files", "MaxFileBytes")
}

// room makes a finding of the call that does not fit: its client fills the fake.
func room[N int | int64](limit, have, more N, e *Error, what, setting string) error {
	if limit == 0 || have+more <= limit {
		return nil
	}
	failure := e.Because("limit."+setting, "reset the tenant, give each test a tenant of its own, or raise Config."+setting,
		"the tenant has %d %s, and this call needs %d more; the limit is %d", have, what, more, limit)
	failure.Finding = true
	return failure
}
