package import KubeModel

/// Which objects change hands: a controller takes over those that its selector matches and nobody controls, and lets
/// go of those that it controls and does not select any more.
package struct Claims: Equatable {
    /// Controlled already, and selected.
    package var owned: [KubeObject] = []
    /// Selected, and nobody's.
    package var adopted: [KubeObject] = []
    /// Controlled, and not selected.
    package var released: [KubeObject] = []

    /// Decides from all objects of the owner's namespace.
    package static func decide(_ owner: KubeObject, selector: LabelSelector, _ objects: [KubeObject]) -> Claims {
        var claims = Claims()
        for object in objects {
            let isSelected = selector.matches(object.labels)
            let mayChange = !object.isTerminating && !owner.isTerminating
            if let controller = object.controller {
                guard controller.uid == owner.uid else { continue }
                if isSelected || !mayChange { claims.owned.append(object) } else { claims.released.append(object) }
            } else if isSelected, mayChange, !Pod(object).isFinished {
                claims.adopted.append(object)
            }
        }
        return claims
    }
}
