resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  values = [<<EOT
image:
  registry: ghcr.io
  repository: acme/app
  tag: latest
  digest: ""
EOT
  ]
}
