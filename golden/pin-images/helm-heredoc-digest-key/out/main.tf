resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  values = [<<EOT
image:
  registry: ghcr.io
  repository: acme/app
  tag: 2.3.4
  digest: "sha256:31b230f785fba74413d12b165ec5514949e0505fde3de0bc3a46af79b691930e"
EOT
  ]
}
