package import Base
package import KubeModel

/// The placeholders of a runtime's container (`{{.Name}}`, `{{.Labels.x}}`), filled in from the InferenceService.
package enum ContainerPlaceholders {
    /// Renders the container's JSON text as one template, as upstream does: values with quotes break it.
    package static func fill(_ container: JSON, from owner: KubeObject) throws(TemplateDefect) -> JSON {
        let metadata: JSON = [
            "Name": .string(owner.name), "Namespace": .string(owner.namespace ?? ""), "UID": .string(owner.uid),
            "Generation": .int(Int64(owner.generation)), "Labels": JSON(owner.labels),
            "Annotations": JSON(owner.annotations),
        ]
        let text = try GoTemplate(container.text).render(metadata)
        do {
            return try JSON.parse(text)
        } catch {
            throw TemplateDefect(
                what: "container \"\(container["name"].string ?? "")\" is no JSON when filled in: \(error)"
            )
        }
    }
}
