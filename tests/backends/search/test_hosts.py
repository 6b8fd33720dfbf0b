"""Several hosts of one search engine."""

from __future__ import annotations

from webapp.backends.search import elastic


def test_several_hosts_of_a_cluster_are_asked_in_turn() -> None:
    client, _ = elastic.client_of("https://who:pass@a.example.com:9201,[::1],c.example.com/cars")
    with client:
        hosts = {(node.host, node.port) for node in client.transport.node_pool.all()}
    assert hosts == {("a.example.com", 9201), ("::1", 443), ("c.example.com", 443)}
