import Base
import KubeClient
import KubeModel
import Net

/// The options of requests as the query gives them, with the refusals that a real server has for bad ones.
extension HTTPRequest {
    /// A boolean as any client spells it; absent is false.
    func flag(_ name: String) -> Bool {
        ["true", "True", "TRUE", "1", "t", "T"].contains(query(name) ?? "")
    }

    /// A whole number; nil where the query has none.
    func number(_ name: String) throws(APIStatus) -> Int? {
        guard let text = query(name), !text.isEmpty else { return nil }
        guard let number = Int(text) else {
            throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
        }
        return number
    }

    private func refusal(_ kind: String, _ fault: FieldFault) -> APIStatus {
        .invalid(kind: kind, group: "meta.k8s.io", name: "", [fault])
    }

    /// `dryRun` of any write.
    func dryRun(_ kind: String) throws(APIStatus) -> Bool {
        let values = query.filter { $0.name == "dryRun" && !$0.value.isEmpty }.map(\.value)
        guard values.allSatisfy({ $0 == "All" }) else {
            throw refusal(kind, .notSupported("dryRun", JSON(values), ["All"]))
        }
        return !values.isEmpty
    }

    /// The options of a create, update or patch, which `kind` names in messages.
    func writeOptions(_ kind: String, duplicates: [String] = []) throws(APIStatus) -> WriteOptions {
        var options = WriteOptions()
        options.isDryRun = try dryRun(kind)
        options.duplicateFields = duplicates
        if let text = query("fieldValidation"), !text.isEmpty {
            guard let validation = WriteOptions.FieldValidation(rawValue: text) else {
                let known = ["", "Ignore", "Strict", "Warn"]
                throw refusal(kind, .notSupported("fieldValidation", .string(text), known))
            }
            options.fieldValidation = validation
        }
        return options
    }

    /// What to list or watch; `current` is the newest version that there is.
    func listOptions(current: String) throws(APIStatus) -> ListOptions {
        _ = try number("limit")
        let version = query("resourceVersion") ?? ""
        try checkVersionMatch(version)
        if query("continue")?.isEmpty == false {
            // Lists are always given whole, so no token was ever given out.
            throw .badRequest("invalid continue token: continue key is not valid")
        }
        if flag("watch") == false { try checkVersion(version, current) }
        return ListOptions(
            labelSelector: query("labelSelector") ?? "",
            fieldSelector: query("fieldSelector") ?? "",
            resourceVersion: version
        )
    }

    private func checkVersionMatch(_ version: String) throws(APIStatus) {
        let match = query("resourceVersionMatch") ?? ""
        func forbidden(_ why: String) -> APIStatus {
            refusal("ListOptions", .forbidden("resourceVersionMatch", why))
        }
        if query("sendInitialEvents") != nil {
            guard match == "NotOlderThan" else {
                throw forbidden("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
            }
            return
        }
        guard !match.isEmpty else { return }
        guard !version.isEmpty else {
            throw forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided")
        }
        if match == "Exact", version == "0" {
            throw forbidden("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")
        }
    }

    /// Refuses a version that is none, that lies ahead, or that is past where exactly it is asked for.
    func checkVersion(_ version: String, _ current: String) throws(APIStatus) {
        guard !version.isEmpty else { return }
        guard let asked = Int64(version), asked >= 0, let now = Int64(current) else {
            throw .invalidResourceVersion(version)
        }
        if asked > now {
            let cause: JSON = ["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]
            throw APIStatus(
                .timeout,
                "Timeout: Too large resource version: \(asked), current: \(now)",
                details: ["causes": [cause], "retryAfterSeconds": 1]
            )
        }
        if query("resourceVersionMatch") == "Exact", asked != now {
            throw APIStatus(.expired, "The resourceVersion for the provided list is too old.")
        }
    }

    /// The options of a delete: from the body, else from the query.
    func deleteOptions() throws(APIStatus) -> (options: DeleteOptions, isDryRun: Bool) {
        let json = body.isEmpty ? .null : try RequestBody(self, kind: "DeleteOptions").json
        var options = DeleteOptions()
        let grace = try number("gracePeriodSeconds")
        options.gracePeriodSeconds = json["gracePeriodSeconds"].int ?? grace
        options.uid = json["preconditions"]["uid"].string
        options.resourceVersion = json["preconditions"]["resourceVersion"].string
        let isOrphaning = query("orphanDependents") == nil ? nil : flag("orphanDependents")
        if let orphans = json["orphanDependents"].bool ?? isOrphaning {
            options.propagation = orphans ? .orphan : .background
        }
        if let text = json["propagationPolicy"].string ?? query("propagationPolicy") {
            guard let policy = DeleteOptions.Propagation(rawValue: text) else {
                let known = ["Foreground", "Background", "Orphan", "nil"]
                throw refusal("DeleteOptions", .notSupported("propagationPolicy", .string(text), known))
            }
            options.propagation = policy
        }
        return (options, try dryRun("DeleteOptions") || json["dryRun"].strings.contains("All"))
    }
}
