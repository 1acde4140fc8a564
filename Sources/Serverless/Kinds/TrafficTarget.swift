package import Base

/// One entry of a route's `traffic`.
package struct TrafficTarget: Equatable, Sendable {
    package var revision: String
    package var configuration: String
    package var isLatest: Bool
    package var percent: Int
    package var tag: String

    package init(
        revision: String = "",
        configuration: String = "",
        isLatest: Bool = false,
        percent: Int,
        tag: String = ""
    ) {
        self.revision = revision
        self.configuration = configuration
        self.isLatest = isLatest
        self.percent = percent
        self.tag = tag
    }

    package init(_ json: JSON) {
        revision = json["revisionName"].string ?? ""
        configuration = json["configurationName"].string ?? ""
        isLatest = json["latestRevision"].bool ?? revision.isEmpty
        percent = json["percent"].int ?? 0
        tag = json["tag"].string ?? ""
    }

    /// As it stands in a status: led to a revision, with the address of its tag.
    package func status(url: String?) -> JSON {
        var json: JSON = [
            "revisionName": .string(revision), "latestRevision": .bool(isLatest), "percent": .int(Int64(percent)),
        ]
        if !tag.isEmpty {
            json["tag"] = .string(tag)
            json["url"] = JSON(url)
        }
        return json
    }
}
