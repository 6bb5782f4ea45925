"""The index: schema, migrations, queue, search, labels and journal. The only place with SQL."""
