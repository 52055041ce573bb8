package op

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"
)

// Kind is a kind of id.
type Kind string

// Kinds of ids, each with the format of the documents' examples.
const (
	MaterialID Kind = "material"   // 20 digits: 38192156030633420589
	ItemID     Kind = "item"       // 24 hex digits: 5fd977677a23b40001ca3aff
	TaskID     Kind = "task"       // 1810000001-procedurev2-<32 hex>t0
	ExportID   Kind = "exportTask" // 1400293698-tfusion-<32 hex>t0
	ProjectID  Kind = "project"    // cmepid_<24 hex>
	TeamID     Kind = "team"       // cmetid_<33 hex>
	UploadID   Kind = "upload"     // opaque
	VodFileID  Kind = "vodFile"    // 19 digits: 5285890811566343555
	RequestID  Kind = "request"    // a UUID
	Snowflake  Kind = "snowflake"  // 18 digits, h5ds; 19 from 2026-07 on
)

// IDs counts the ids of a tenant. It is part of the state, so that a snapshot goes on where it
// stopped.
type IDs struct {
	Counts map[string]int64 `json:"counts,omitempty"`
}

func (s *IDs) number(sequence string, first int64) int64 {
	if s.Counts == nil {
		s.Counts = map[string]int64{}
	}
	n, ok := s.Counts[sequence]
	if !ok {
		n = first
	}
	s.Counts[sequence] = n + 1
	return n
}

func (s *IDs) next(kind Kind, c *Call) string {
	n := s.number(string(kind), 1)
	switch kind {
	case MaterialID:
		return materialID(c, n)
	case ItemID:
		return fmt.Sprintf("5fd977677a23b40001%06x", n)
	case TaskID:
		return fmt.Sprintf("%d-procedurev2-%st0", c.Tenant.CMEAppID, digest(c, kind, n)[:32])
	case ExportID:
		return fmt.Sprintf("%d-tfusion-%st0", c.Tenant.CMEAppID, digest(c, kind, n)[:32])
	case ProjectID:
		return "cmepid_" + digest(c, kind, n)[:24]
	case TeamID:
		return "cmetid_" + digest(c, kind, n)[:33]
	case VodFileID:
		return strconv.FormatInt(5285890811000000000+n, 10)
	case Snowflake:
		return strconv.FormatInt(otherLength(c, n, snowflake(c, n)), 10)
	case RequestID:
		d := digest(c, kind, n)
		return fmt.Sprintf("%s-%s-4%s-8%s-%s", d[:8], d[8:12], d[13:16], d[17:20], d[20:32])
	default:
		return digest(c, kind, n)
	}
}

// chance is a number below limit that depends on c.Vary, the kind and n alone; zero without c.Vary.
func chance(c *Call, kind Kind, n int64, limit uint64) uint64 {
	if c.Vary == 0 {
		return 0
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s/%d", c.Vary, kind, n))
	return binary.BigEndian.Uint64(sum[:]) % limit
}

// materialID counts on from the documented examples' neighbourhood. There are three shapes of them: 20 digits, which
// exceed uint64, 24 hex digits and 18.
func materialID(c *Call, n int64) string {
	switch chance(c, MaterialID, n, 3) {
	case 1:
		return fmt.Sprintf("5fd9b3c392b3ce0001%06x", n)
	case 2:
		return fmt.Sprintf("a81e215603b%07x", n)
	}
	base, _ := new(big.Int).SetString("38192156030600000000", 10)
	return base.Add(base, big.NewInt(n)).String()
}

// snowflakeEpoch and the 22 low bits are inferred from sample ids and dated folders; ids made
// this way have 18 digits before 2026-07 and 19 after.
const snowflakeEpoch = 1545264000000

// snowflake counts each tenant on from a number of its own, so that two tenants with the same
// clock have different ids: storage paths are made of them, and name no tenant.
func snowflake(c *Call, n int64) int64 {
	apart := int64(max(c.Tenant.Number, 1)-1) << 14
	return (c.Now.UnixMilli()-snowflakeEpoch)<<22 | (n+apart)&(1<<22-1)
}

// otherLength makes a snowflake of 18 digits one of 19, or the other way round, at every second id that may vary: both
// lengths are of ids that are in use.
func otherLength(c *Call, n, id int64) int64 {
	const digits19 = 1_000_000_000_000_000_000
	if chance(c, Snowflake, n, 2) == 0 {
		return id
	}
	if id < digits19 {
		return id + digits19
	}
	for id >= digits19 {
		id -= digits19 * 9 / 10
	}
	return id
}

// digest is unpredictable to nobody and the same in every run.
func digest(c *Call, kind Kind, n int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s/%s/%d", c.Seed, c.Tenant.ID, kind, n))
	return hex.EncodeToString(sum[:])
}
