"""What the simulators have in common: being started and driven from outside, being spoiled on order, being watched."""
