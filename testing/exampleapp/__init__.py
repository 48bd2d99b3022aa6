"""An app that knows what it takes to add an act with its event: all of it stands in this folder.

People pledge hours of work to a cause. The contract is ``src/test/TestPledges.sol``. Nothing of it is
installed but by ``testing.exampleapp.settings``, under which its own tests run.
"""
