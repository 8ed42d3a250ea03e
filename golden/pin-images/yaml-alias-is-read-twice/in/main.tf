resource "kubernetes_manifest" "app" {
  manifest = yamldecode(<<EOT
x: &i nginx:latest
spec:
  containers:
    - image: *i
EOT
  )
}
