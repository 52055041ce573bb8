package contracts

// StepsThatBreak are the operations of steps that break the contract on purpose.
func StepsThatBreak() map[string]int {
	breaking := map[string]int{}
	suite, err := readScenarios()
	if err != nil {
		panic(err)
	}
	for _, sc := range suite {
		for _, s := range sc.Steps {
			if s.Breaks {
				breaking[s.Call] = 1
			}
		}
	}
	return breaking
}
