resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  values = [<<EOT
image:
  repository: ghcr.io/acme/app
  tag: ""
EOT
  ]
}
