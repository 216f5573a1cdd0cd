import Dense
