"""What `parity check` found, in the forms that pipelines and people read elsewhere than on a terminal. One a file."""
