import Domain
import Engine
import Terminal

extension State {
    /// Takes what happened and says what is to be done about it.
    mutating func update(_ message: Message) -> [Effect] {
        switch message {
        case .event(let event): return take(event)
        case .read(let snapshot):
            self.snapshot = snapshot
            makeListings()
            // What else was worked out may be out of date by now.
            let opened = openedProducts()
            products = products.filter { opened.contains($0.key) }
            return opened.map { .openProduct($0) }
        case .product(let id, let page):
            products[id] = page
            listings[.facts(id)] = .facts(page.lines, zone: snapshot?.standing.zone ?? .utc)
            tables[.facts(id), default: TableState()].take(listings[.facts(id)] ?? .empty)
        case .done(let text, let cleared):
            busy = nil
            note = .good(text)
            if cleared == .marks { table.clearMarks() }
            return [.read]
        case .failed(let text):
            (busy, isPlaying) = (nil, false)
            note = .bad(text)
            return [.read]
        case .unread(let text): note = .bad("the shop cannot be read: \(text); r tries again")
        case .played(let text):
            busy = nil
            note = .plain(text)
            return [.read] + (isPlaying ? play() : [])
        case .rested: return rest()
        case .time(let now): machineTime = now
        }
        return []
    }

    private mutating func take(_ event: Event) -> [Effect] {
        switch event {
        case .key(let key):
            note = nil
            // Any key ends playing on; it then does what it does.
            isPlaying = false
            return overlays.isEmpty ? take(key) : takeOverlay(key)
        case .paste(let text):
            if var top = overlays.last, top.insert(text) {
                overlays[overlays.count - 1] = top
                if case .filter(let field) = top { table.filter(field.text, listing) }
            }
        case .mouse(let mouse): return take(mouse)
        case .hangUp: isLeaving = true
        case .focus, .resize, .wake: break
        }
        return []
    }

    private mutating func take(_ key: Key) -> [Effect] {
        guard let command = Command.of(key, self) else {
            if let gone = Command.all.first(where: { $0.keys.contains(key) && $0.context.holds(self) }) {
                note = .bad("read-only: \(gone.title) is not to be had here")
            }
            return []
        }
        return command.perform(&self)
    }

    private mutating func take(_ mouse: Mouse) -> [Effect] {
        switch mouse.action {
        case .wheelUp where overlays.isEmpty: table.move(by: -3)
        case .wheelDown where overlays.isEmpty: table.move(by: 3)
        case .press(.left):
            switch layout.target(at: mouse.point) {
            case .row(let id, let row) where overlays.isEmpty && id == focus:
                if table.selected == row { return open() }
                table.select(row)
            case .column(let id, let column) where overlays.isEmpty && id == focus:
                table.sort(by: column, listing)
            case .place(let place) where overlays.isEmpty: go(to: place)
            case .command(let id) where overlays.isEmpty:
                return Command.active(self).last { $0.id == id }?.perform(&self) ?? []
            // A click on a button of a dialog moves the focus there: money is never spent by one click.
            case .button(let number): focusButton(number)
            default: break
            }
        default: return []
        }
        return afterMoving()
    }

    // MARK: Tables

    /// Makes the content of all tables from what was read.
    private mutating func makeListings() {
        guard let snapshot else { return }
        let today = snapshot.standing.zone.day(of: snapshot.standing.now)
        let pending = snapshot.orders.filter { $0.action.state.isPending }
        listings[.orders] = .orders(snapshot.orders, snapshot.standing)
        listings[.decisions] = .decisions(Array(pending.prefix(10)), snapshot.standing)
        for tab in RiskTab.allCases { listings[.risk(tab)] = .risk(snapshot.risk.filter(tab.shows), tab, today: today) }
        listings[.data(.orders)] = .inbound(snapshot.inbound)
        listings[.data(.feeds)] = .feeds(snapshot.feeds, snapshot.standing)
        listings[.data(.quarantine)] = .quarantine(snapshot.quarantine)
        listings[.journal] = .journal(snapshot.journal, zone: snapshot.standing.zone)
        for place in path {
            guard case .order(let id) = place else { continue }
            listings[.lines(id)] = order(id).map { .lines($0) } ?? .empty
        }
        for (id, listing) in listings { tables[id, default: TableState()].take(listing) }
    }

    /// Shows rows that were waiting, in every table.
    mutating func refreshTables() {
        for (id, listing) in listings { tables[id, default: TableState()].refresh(listing) }
    }

    /// Rows on a page of the focused table.
    var pageHeight: Int { max(1, (focus.flatMap { layout.heights[$0] } ?? 10) - 1) }

    /// Keeps the window with the selection.
    mutating func afterMoving() -> [Effect] {
        guard let focus else { return [] }
        if let height = layout.heights[focus] { tables[focus]?.scroll(height: height) }
        return []
    }

    /// Lets the panels follow the selection, and loads what they need.
    mutating func rest() -> [Effect] {
        guard let focus else { return [] }
        rested[focus] = table.selected
        guard case .risk = focus, let risk, products[risk.id] == nil else { return [] }
        return [.openProduct(risk.id)]
    }

    /// Products on the way to here are worked out anew when the shop has changed.
    private func openedProducts() -> [RiskRow.ID] {
        var wanted: [RiskRow.ID] = path.compactMap { if case .product(let id) = $0 { id } else { nil } }
        if let risk, !wanted.contains(risk.id) { wanted.append(risk.id) }
        if case .ask(let question) = overlays.last, case .quantity(let action, let sku) = question.purpose,
            let place = order(action)?.action.header.shipTo
        {
            wanted.append(RiskRow.ID(sku: sku, place: place))
        }
        return wanted
    }

    // MARK: Places

    /// Goes to a place: a screen anew, or a page on top of where one is.
    mutating func go(to place: Place) {
        let wasElsewhere = self.place != place
        if let found = path.firstIndex(of: place) {
            path.removeSubrange((found + 1)...)
        } else if Place.screens.contains(where: { $0.place == place }) {
            path = [place]
        } else {
            path.append(place)
        }
        // Who comes to a screen sees it as it is now; what he has picked there stays.
        if wasElsewhere, let focus, let listing = listings[focus], table.marked.isEmpty { table.refresh(listing) }
        if case .order(let id) = place {
            listings[.lines(id)] = order(id).map { .lines($0) } ?? .empty
            tables[.lines(id), default: TableState()].refresh(listings[.lines(id)] ?? .empty)
        }
    }

    /// Clears the filter and the marks, then goes where one came from.
    mutating func back() {
        if !table.filter.isEmpty {
            table.filter("", listing)
        } else if !table.marked.isEmpty {
            table.clearMarks()
        } else if path.count > 1 {
            path.removeLast()
        } else if place != .shift {
            path = [.shift]
        }
    }

    /// Opens a product and works it out.
    mutating func openProduct(_ id: RiskRow.ID) -> [Effect] {
        go(to: .product(id))
        return [.openProduct(id)]
    }

    /// Goes into the selected row: order, line, product, facts.
    mutating func open() -> [Effect] {
        guard let selected = table.selected else { return [] }
        switch focus {
        case .decisions, .orders:
            if let id = Int64(selected) { go(to: .order(id)) }
        case .lines(let action):
            guard let place = order(action)?.action.header.shipTo, let sku = SKU(selected) else { return [] }
            return openProduct(RiskRow.ID(sku: sku, place: place))
        case .risk: return risk.map { openProduct($0.id) } ?? []
        case .data(.orders):
            guard let row = snapshot?.inbound.first(where: { $0.id == selected }) else { return [] }
            if let action = row.action, order(action) != nil {
                go(to: .order(action))
            } else {
                return openProduct(RiskRow.ID(sku: row.sku, place: row.place))
            }
        case .data(.quarantine): return Command.active(self).last { $0.id == .mend }?.perform(&self) ?? []
        case .journal:
            let entry = snapshot?.journal.first { String($0.sequence) == selected }
            if let action = entry?.action, order(action) != nil {
                go(to: .order(action))
            } else {
                note = .plain("this entry is about no order that is still shown")
            }
        case .data(.feeds), .facts, nil: break
        }
        return []
    }

    /// The next tab of the screen, or the one before.
    mutating func turnTab(by step: Int) -> [Effect] {
        func turned<Tab: CaseIterable & Equatable>(_ tab: Tab) -> Tab where Tab.AllCases == [Tab] {
            let all = Tab.allCases
            return all[((all.firstIndex(of: tab) ?? 0) + step + all.count) % all.count]
        }
        if place == .risk { riskTab = turned(riskTab) } else { dataTab = turned(dataTab) }
        return rest()
    }

    /// Plays the next day of the demo.
    mutating func play() -> [Effect] {
        busy = "playing a day"
        return [.playDay(playingOn: isPlaying)]
    }

    // MARK: Taking rows along

    /// The rows that stand for the table elsewhere: those picked, else the selected one.
    private var chosen: [String] {
        table.marked.isEmpty ? table.selected.map { [$0] } ?? [] : table.order.filter(table.marked.contains)
    }

    mutating func copyRows() -> [Effect] {
        let (listing, rows) = (listing, chosen)
        let text = rows.compactMap { listing.index(of: $0) }.map { row in
            listing.columns.indices.map { listing.cell(row, $0).text.printable }.joined(separator: "\t")
        }.joined(separator: "\n")
        guard !text.isEmpty else { return [] }
        note = .plain("sent \(rows.count) rows to your terminal's clipboard")
        return [.copy(text)]
    }

    mutating func exportRows() -> [Effect] {
        guard let csv = try? csv() else { return [] }
        let name = place.name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" }
        return [.export(name: String(name), csv: csv)]
    }

    /// The rows of the focused table as they are shown and ordered, as CSV.
    func csv() throws -> [UInt8] {
        let writer = CSVWriter()
        try writer.record(listing.columns.map(\.title))
        for id in table.order {
            guard let row = listing.index(of: id) else { continue }
            try writer.record(listing.columns.indices.map { listing.cell(row, $0).text })
        }
        return writer.bytes
    }
}

extension RiskTab {
    /// Which products it shows.
    func shows(_ row: RiskRow) -> Bool {
        switch self {
        case .outNow: row.sellable.map { $0 - row.committed <= 0 } ?? false && row.dailyDemand > 0
        case .willBe: (row.sellable.map { $0 - row.committed > 0 } ?? false) && row.runsOutOn != nil
        case .excess: row.excess > 0
        case .missing: !row.missing.isEmpty
        }
    }
}
