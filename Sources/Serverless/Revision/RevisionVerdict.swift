package import Base
package import KubeModel

/// What a Revision's status says of its Deployment, its pods and its autoscaler: pure.
package struct RevisionVerdict {
    private var status: JSON
    private var conditions: LivingConditions

    /// The status to store.
    package var json: JSON {
        var json = status
        json["conditions"] = conditions.json
        return json
    }

    package init(_ revision: KubeObject, now: WallTime) {
        status = revision.status
        conditions = LivingConditions(
            status["conditions"],
            vital: ["ResourcesAvailable", "ContainerHealthy"],
            now: now
        )
        if status["containerStatuses"].isNull { status["containerStatuses"] = images(of: revision, "containers") }
        if status["initContainerStatuses"].isNull {
            status["initContainerStatuses"] = images(of: revision, "initContainers")
        }
    }

    package var isReady: Bool { conditions.status("Ready") == .true }

    /// Whether something that the revision needs is known to be missing.
    package var isBroken: Bool {
        conditions.status("ResourcesAvailable") == .false || conditions.status("ContainerHealthy") == .false
    }

    /// An object of a wanted name belongs to somebody else.
    package mutating func refuse(_ kind: String, _ name: String) {
        let message = "There is an existing \(kind) \"\(name)\" that we do not own."
        conditions.mark("ResourcesAvailable", .false, "NotOwned", message)
    }

    /// The Deployment cannot be as the revision wants it.
    package mutating func refuse(_ message: String) {
        conditions.mark("ResourcesAvailable", .false, "ReconcileFailed", message)
    }

    /// Nothing is known of the pods yet.
    package mutating func startDeploying() {
        conditions.mark("ResourcesAvailable", .unknown, "Deploying")
        conditions.mark("ContainerHealthy", .unknown, "Deploying")
    }

    /// Follows the Deployment and, while none of its replicas answers, one of its pods.
    package mutating func follow(_ deployment: KubeObject, pod: KubeObject?) {
        let readiness = DeploymentReadiness(deployment)
        conditions.mark("ResourcesAvailable", readiness.status, readiness.reason, readiness.message)
        let wanted = deployment.spec["replicas"].int ?? 1
        if wanted > 0, deployment.status["availableReplicas"].int ?? 0 == 0, let pod {
            follow(pod, isTooLate: readiness.isTooLate)
        }
        if deployment.status["readyReplicas"].int ?? 0 > 0 { conditions.mark("ContainerHealthy", .true) }
    }

    private mutating func follow(_ pod: KubeObject, isTooLate: Bool) {
        let scheduled = Conditions(pod.status["conditions"])["PodScheduled"]
        if scheduled["status"].string == "False" { conditions.mark("ResourcesAvailable", as: scheduled) }
        for container in pod.status["containerStatuses"].array ?? [] {
            let ended = container["lastState"]["terminated"]
            let waiting = container["state"]["waiting"]
            if !ended.isNull {
                let (code, told) = (ended["exitCode"].int ?? 0, ended["message"].string ?? "")
                let why = code == 0 && told.isEmpty ? "container exited with no error" : told
                conditions.mark("ContainerHealthy", .false, "ExitCode\(code)", "Container failed with: \(why)")
                return
            } else if !waiting.isNull, isTooLate {
                let (reason, message) = (waiting["reason"].string ?? "", waiting["message"].string ?? "")
                conditions.mark("ResourcesAvailable", .false, reason, message)
                return
            }
        }
    }

    /// Follows the autoscaler; nil while there is none.
    package mutating func follow(autoscaler: KubeObject?) {
        let scale = autoscaler?.status ?? .null
        status["actualReplicas"] = replicas(scale["actualScale"])
        status["desiredReplicas"] = replicas(scale["desiredScale"])
        let known = Conditions(scale["conditions"])
        let wasBroken = isBroken
        guard known.status("Ready") != nil else {
            conditions.mark("Active", .unknown, "Deploying")
            if !wasBroken { conditions.mark("ResourcesAvailable", .unknown, "Deploying") }
            return
        }
        let isInitialized = known.isTrue("ScaleTargetInitialized")
        let hasService = scale["serviceName"].string?.isEmpty == false
        if isInitialized, !wasBroken {
            conditions.mark("ResourcesAvailable", .true)
            conditions.mark("ContainerHealthy", .true)
        }
        if conditions.status("ResourcesAvailable") == .true, !isInitialized || !hasService {
            conditions.mark("ResourcesAvailable", .unknown, "Deploying")
        }
        if known.status("Ready") == .false, !isInitialized, !wasBroken, hasService {
            let message = "Initial scale was never achieved"
            conditions.mark("ResourcesAvailable", .false, "ProgressDeadlineExceeded", message)
        }
        conditions.mark("Active", as: known["Ready"])
    }

    private func replicas(_ scale: JSON) -> JSON { (scale.int ?? -1) >= 0 ? scale : .null }

    /// The images as they are: nothing here asks a registry what a tag means.
    private func images(of revision: KubeObject, _ member: String) -> JSON {
        let containers = revision.spec[member].array ?? []
        return containers.isEmpty ? .null : .array(containers.map { ["name": $0["name"]] })
    }
}

/// A Deployment's conditions in the words of Knative.
struct DeploymentReadiness: Equatable {
    let status: Conditions.Status
    let reason: String
    let message: String
    /// Whether its deadline for progress has passed.
    let isTooLate: Bool

    init(_ deployment: KubeObject) {
        let conditions = Conditions(deployment.status["conditions"])
        let (progress, failure) = (conditions["Progressing"], conditions["ReplicaFailure"])
        isTooLate =
            progress["status"].string == "False" && progress["reason"].string == "ProgressDeadlineExceeded"
        let (status, told): (Conditions.Status, JSON) =
            switch (progress["status"].string, failure["status"].string) {
            case (_, "True"): (.false, failure)
            case ("False", _): (.false, progress)
            case ("True", "Unknown"): (.unknown, failure)
            case ("True", _): (.true, .null)
            case ("Unknown", _): (.unknown, progress)
            default: (.unknown, ["reason": "Deploying"])
            }
        self.status = status
        reason = told["reason"].string ?? ""
        message = told["message"].string ?? ""
    }
}
