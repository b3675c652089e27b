"""Everything that runs a model: files, embedder, reranker, chat models, judges."""
