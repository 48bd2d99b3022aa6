"""What the tests of several folders share: no test imports another test's helpers from anywhere else."""
