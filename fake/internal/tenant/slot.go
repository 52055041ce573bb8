package tenant

// Slot keeps a value beside each tenant for a package above this one: what it remembers of the tenant's calls. The
// zero value of V is the first.
type Slot[V any] struct{ until Until }

// Until says when the value of a slot is forgotten.
type Until int

// The lives of a value in a slot, the longest first: a value also ends at the events that end longer lives.
const (
	Removed  Until = iota // as long as the tenant is there
	Reset                 // until the next reset
	Restored              // until the next restored snapshot, or reset
)

// NewSlot makes a slot. It is a package variable of the package whose values it keeps.
func NewSlot[V any](until Until) *Slot[V] { return &Slot[V]{until} }

// Of returns the value beside the tenant.
func (s *Slot[V]) Of(t *Tenant) *V {
	if v, ok := t.slots.Load(s); ok {
		return v.(*V)
	}
	v, _ := t.slots.LoadOrStore(s, new(V))
	return v.(*V)
}

func (s *Slot[V]) endsAt(event Until) bool { return s.until >= event }

// dropSlots forgets the values that live until the event.
func (t *Tenant) dropSlots(event Until) {
	t.slots.Range(func(slot, _ any) bool {
		if slot.(interface{ endsAt(Until) bool }).endsAt(event) {
			t.slots.Delete(slot)
		}
		return true
	})
}
