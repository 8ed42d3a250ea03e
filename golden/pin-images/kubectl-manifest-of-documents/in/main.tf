resource "kubectl_manifest" "app" {
  for_each = data.kubectl_file_documents.all.manifests

  yaml_body = each.value
}

data "kubectl_file_documents" "all" {
  content = file("${path.module}/all.yaml")
}
