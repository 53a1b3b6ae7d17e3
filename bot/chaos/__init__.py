"""The real processes on the simulators, killed and cut at random; at the end what people see is compared with what had to be."""
