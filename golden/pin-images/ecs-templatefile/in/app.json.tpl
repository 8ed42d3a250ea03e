[
  {"name": "web", "image": "nginx:latest", "memory": ${memory}},
  {"name": "app", "image": "ghcr.io/acme/app:${tag}"}
]
