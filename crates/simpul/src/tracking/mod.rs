//! The citizen's page: what became of a request, with the code and number of the slip.
