#include "had/record/database.hpp"

#include "had/record/counting.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace had::record {
namespace {

constexpr int version = 1;
constexpr int busy_ms = 2000;                 // a reader that checkpoints, or the writer for a reader
constexpr std::size_t page = 1000;            // of events, that are read at once

constexpr const char* tables = R"(
CREATE TABLE event(id INTEGER PRIMARY KEY, instance TEXT NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL,
                   event TEXT NOT NULL, level TEXT NOT NULL, bond TEXT, slot TEXT, port TEXT, interface TEXT,
                   alarm TEXT, json TEXT NOT NULL, UNIQUE(instance, seq));
CREATE INDEX event_time ON event(time);
CREATE TABLE span(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, object TEXT NOT NULL, state TEXT NOT NULL,
                  unprotected INTEGER NOT NULL, time INTEGER NOT NULL, boot TEXT NOT NULL,
                  uptime INTEGER NOT NULL, length INTEGER NOT NULL, guessed INTEGER NOT NULL);
CREATE INDEX span_object ON span(object, time);
CREATE TABLE open_span(kind TEXT NOT NULL, object TEXT PRIMARY KEY, state TEXT NOT NULL,
                       unprotected INTEGER NOT NULL, time INTEGER NOT NULL, boot TEXT NOT NULL,
                       uptime INTEGER NOT NULL);
CREATE TABLE carrier(object TEXT PRIMARY KEY, ifindex INTEGER NOT NULL, ups INTEGER NOT NULL, downs INTEGER NOT NULL);
CREATE TABLE counter(name TEXT NOT NULL, labels TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY(name, labels));
CREATE TABLE mark(id INTEGER PRIMARY KEY CHECK(id = 1), instance TEXT NOT NULL, seq INTEGER NOT NULL,
                  time INTEGER NOT NULL, boot TEXT NOT NULL, uptime INTEGER NOT NULL, connected INTEGER NOT NULL);
)";

Trouble::Kind kind_of(int code) {
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? Trouble::Kind::damaged : Trouble::Kind::other;
}

// Every call of the library goes through this, so that nobody above it knows the library.
template <class F>
auto tried(F f) {
    try {
        return f();
    } catch (const SQLite::Exception& e) {
        throw Trouble(kind_of(e.getErrorCode() & 0xff), e.what());
    }
}

Moment moment_of(SQLite::Statement& row, int first) {
    return {row.getColumn(first).getInt64(), row.getColumn(first + 1).getString(),
            row.getColumn(first + 2).getInt64()};
}

void bind_moment(SQLite::Statement& statement, int first, const Moment& at) {
    statement.bind(first, at.time);
    statement.bind(first + 1, at.boot);
    statement.bind(first + 2, at.uptime);
}

void bind_or_null(SQLite::Statement& statement, int index, const std::string& text) {
    if (text.empty()) statement.bind(index);
    else statement.bind(index, text);
}

// Counts an event once, also when a daemon's event comes a second time.
bool insert(SQLite::Database& db, const EventRow& row) {
    SQLite::Statement into(db, "INSERT OR IGNORE INTO event(instance, seq, time, event, level, bond, slot, port, "
                               "interface, alarm, json) VALUES(?,?,?,?,?,?,?,?,?,?,?)");
    into.bind(1, row.instance);
    into.bind(2, static_cast<std::int64_t>(row.seq));
    into.bind(3, row.told.at.time);
    into.bind(4, row.told.event);
    into.bind(5, row.level);
    bind_or_null(into, 6, row.told.bond);
    bind_or_null(into, 7, row.told.slot);
    bind_or_null(into, 8, row.told.port);
    bind_or_null(into, 9, row.told.interface);
    bind_or_null(into, 10, row.told.alarm);
    into.bind(11, row.json);
    return into.exec() > 0;
}

void bind_span(SQLite::Statement& into, const Span& span) {
    into.bind(1, span.kind);
    into.bind(2, span.object);
    into.bind(3, std::string(to_string(span.state)));
    into.bind(4, span.unprotected ? 1 : 0);
    bind_moment(into, 5, span.begin);
}

// Its first seven columns: kind, object, state, unprotected, time, boot, uptime.
Span span_of(SQLite::Statement& row) {
    return {.kind = row.getColumn(0).getString(),
            .object = row.getColumn(1).getString(),
            .state = state_from(row.getColumn(2).getString()).value_or(State::unknown),
            .unprotected = row.getColumn(3).getInt() != 0,
            .begin = moment_of(row, 4)};
}

void insert(SQLite::Database& db, const Span& span) {
    SQLite::Statement into(db, "INSERT INTO span(kind, object, state, unprotected, time, boot, uptime, length, "
                               "guessed) VALUES(?,?,?,?,?,?,?,?,?)");
    bind_span(into, span);
    into.bind(8, span.length);
    into.bind(9, span.guessed ? 1 : 0);
    into.exec();
}

void add(SQLite::Database& db, const Counters& counters) {
    SQLite::Statement into(db, "INSERT INTO counter(name, labels, value) VALUES(?,?,?) "
                               "ON CONFLICT(name, labels) DO UPDATE SET value = value + excluded.value");
    for (const auto& [key, value] : counters) {
        into.bind(1, key.name);
        into.bind(2, key.labels);
        into.bind(3, value);
        into.exec();
        into.reset();
    }
}

void replace(SQLite::Database& db, const Spans& spans) {
    db.exec("DELETE FROM open_span");
    SQLite::Statement into(db, "INSERT INTO open_span VALUES(?,?,?,?,?,?,?)");
    for (const auto& [object, span] : spans.all_open()) {
        bind_span(into, span);
        into.exec();
        into.reset();
    }
}

void replace(SQLite::Database& db, const Carriers& carriers) {
    db.exec("DELETE FROM carrier");
    SQLite::Statement into(db, "INSERT INTO carrier VALUES(?,?,?,?)");
    for (const auto& [object, carrier] : carriers) {
        into.bind(1, object);
        into.bind(2, carrier.index);
        into.bind(3, static_cast<std::int64_t>(carrier.ups));
        into.bind(4, static_cast<std::int64_t>(carrier.downs));
        into.exec();
        into.reset();
    }
}

void replace(SQLite::Database& db, const Mark& mark) {
    SQLite::Statement into(db, "INSERT OR REPLACE INTO mark VALUES(1,?,?,?,?,?,?)");
    into.bind(1, mark.instance);
    into.bind(2, static_cast<std::int64_t>(mark.seq));
    bind_moment(into, 3, mark.known);
    into.bind(6, mark.connected ? 1 : 0);
    into.exec();
}

} // namespace

std::string database_path() {
    const char* path = std::getenv("HAD_HISTORY");
    return path && *path ? path : std::string(default_database);
}

Database::Database(const std::string& path, For use) {
    tried([&] {
        const bool writes = use == For::writing;
        std::error_code error;                // a FIFO would make a reader wait for ever
        if (const auto is = std::filesystem::status(path, error);
            std::filesystem::exists(is) && !std::filesystem::is_regular_file(is))
            throw Trouble(Trouble::Kind::other, "it is no regular file");
        db_ = std::make_unique<SQLite::Database>(
            path, writes ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE : SQLite::OPEN_READONLY, busy_ms);
        const int found = db_->execAndGet("PRAGMA user_version").getInt();
        if (found > version)
            throw Trouble(Trouble::Kind::newer, "it was written by a newer version, and is left as it is: install that "
                                                "version, or move the file away and restart had-recorder");
        if (found == 0 && !writes) throw Trouble(Trouble::Kind::missing, "nothing has been written to it yet");
        if (writes) prepare();
    });
}

Database::Database(Database&&) noexcept = default;
Database::~Database() = default;

void Database::prepare() {
    const bool fresh = db_->execAndGet("PRAGMA user_version").getInt() == 0;
    if (fresh) db_->exec("PRAGMA auto_vacuum=INCREMENTAL");
    db_->exec("PRAGMA journal_mode=WAL");
    int yes = 1;
    sqlite3_file_control(db_->getHandle(), "main", SQLITE_FCNTL_PERSIST_WAL, &yes);
    db_->exec("PRAGMA synchronous=FULL; PRAGMA journal_size_limit=1048576; PRAGMA wal_autocheckpoint=256; "
              "PRAGMA cache_size=-512");
    if (!fresh) {
        if (const std::string said = db_->execAndGet("PRAGMA quick_check(1)").getString(); said != "ok")
            throw Trouble(Trouble::Kind::damaged, said);
        return;
    }
    SQLite::Transaction all(*db_);
    db_->exec(tables);
    db_->exec(fmt::format("PRAGMA user_version={}", version));
    all.commit();
}

void Database::write(const Batch& batch, const Spans& spans, const Carriers& carriers, const Mark& mark) {
    tried([&] {
        int moved = 0;
        sqlite3_file_control(db_->getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
        if (moved != 0) throw Trouble(Trouble::Kind::other, "it was deleted or renamed");
        SQLite::Transaction all(*db_);
        Counters counters = batch.counters;
        for (const EventRow& row : batch.events)
            if (insert(*db_, row)) count(row.told, counters);
        for (const Span& span : batch.ended) {
            insert(*db_, span);
            count(span, counters);
        }
        add(*db_, counters);
        replace(*db_, spans);
        replace(*db_, carriers);
        replace(*db_, mark);
        all.commit();
    });
}

// A tenth at a time, so that it is seldom.  The pages are given back to the disk.
void Database::trim(std::uint64_t bytes, std::int64_t oldest) {
    tried([&] {
        for (const char* table : {"event", "span"}) {
            SQLite::Statement old(*db_, fmt::format("DELETE FROM {} WHERE time < ?", table));
            old.bind(1, oldest);
            old.exec();
        }
        const auto page_size = db_->execAndGet("PRAGMA page_size").getInt64();
        const auto used = [&] {
            return (db_->execAndGet("PRAGMA page_count").getInt64() -
                    db_->execAndGet("PRAGMA freelist_count").getInt64()) * page_size;
        };
        while (used() > static_cast<std::int64_t>(bytes)) {
            const auto events = db_->execAndGet("SELECT count(*) FROM event").getInt64();
            if (events == 0) break;
            SQLite::Statement first(*db_, "DELETE FROM event WHERE id IN (SELECT id FROM event ORDER BY id LIMIT ?)");
            first.bind(1, std::max<std::int64_t>(events / 10, 1));
            first.exec();
        }
        SQLite::Statement vacuum(*db_, "PRAGMA incremental_vacuum");
        while (vacuum.executeStep()) {
        }
    });
}

void Database::hold() const {
    tried([&] { db_->exec("BEGIN"); });
}

Mark Database::mark() const {
    return tried([&] {
        SQLite::Statement row(*db_, "SELECT instance, seq, time, boot, uptime, connected FROM mark");
        if (!row.executeStep()) return Mark{};
        return Mark{row.getColumn(0).getString(), static_cast<std::uint64_t>(row.getColumn(1).getInt64()),
                    moment_of(row, 2), row.getColumn(5).getInt() != 0};
    });
}

Carriers Database::carriers() const {
    return tried([&] {
        Carriers carriers;
        SQLite::Statement row(*db_, "SELECT object, ifindex, ups, downs FROM carrier");
        while (row.executeStep())
            carriers[row.getColumn(0).getString()] = {row.getColumn(1).getInt(),
                                                      static_cast<std::uint64_t>(row.getColumn(2).getInt64()),
                                                      static_cast<std::uint64_t>(row.getColumn(3).getInt64())};
        return carriers;
    });
}

std::map<std::string, Span> Database::open_spans() const {
    return tried([&] {
        std::map<std::string, Span> open;
        SQLite::Statement row(*db_, "SELECT kind, object, state, unprotected, time, boot, uptime FROM open_span");
        while (row.executeStep()) {
            Span span = span_of(row);
            open[span.object] = std::move(span);
        }
        return open;
    });
}

std::vector<Span> Database::spans(const std::string& object, std::int64_t since) const {
    return tried([&] {
        std::vector<Span> spans;
        SQLite::Statement row(*db_, "SELECT kind, object, state, unprotected, time, boot, uptime, length, guessed "
                                    "FROM span WHERE object = ? AND time + length >= ? ORDER BY id");
        row.bind(1, object);
        row.bind(2, since);
        while (row.executeStep()) {
            spans.push_back(span_of(row));
            spans.back().length = row.getColumn(7).getInt64();
            spans.back().guessed = row.getColumn(8).getInt() != 0;
        }
        return spans;
    });
}

Counters Database::counters() const {
    return tried([&] {
        Counters counters;
        SQLite::Statement row(*db_, "SELECT name, labels, value FROM counter");
        while (row.executeStep())
            counters[{row.getColumn(0).getString(), row.getColumn(1).getString()}] = row.getColumn(2).getDouble();
        return counters;
    });
}

std::vector<Failover> Database::failovers(std::int64_t since) const {
    return tried([&] {
        std::vector<Failover> all;
        SQLite::Statement row(*db_, "SELECT bond, time, json FROM event "
                                    "WHERE event = 'failover' AND time >= ? ORDER BY id");
        row.bind(1, since);
        while (row.executeStep())
            all.push_back({row.getColumn(0).getString(), row.getColumn(1).getInt64(), row.getColumn(2).getString()});
        return all;
    });
}

void Database::for_each_event(const Wanted& wanted, const std::function<void(std::string_view)>& f) const {
    tried([&] {
        std::string where = "id > :after AND time >= :since";
        if (!wanted.event.empty()) where += " AND event = :event";
        if (!wanted.object.empty()) {
            where += " AND (bond = :object OR slot = :object OR port = :object OR interface = :object OR "
                     "alarm LIKE :object || '/%'";
            // These have no column; and in a text of the event a quote would not stand alone.
            for (const char* key : {"service", "group", "peer"})
                where += fmt::format(R"( OR instr(json, '"{}":"' || :object || '"'))", key);
            where += ')';
        }
        SQLite::Statement row(*db_, fmt::format("SELECT id, json FROM event WHERE {} ORDER BY id LIMIT {}", where,
                                                page));
        row.bind(":since", wanted.since.value_or(INT64_MIN));
        if (!wanted.event.empty()) row.bind(":event", wanted.event);
        if (!wanted.object.empty()) row.bind(":object", wanted.object);
        std::vector<std::string> read;
        std::int64_t last = 0;
        do {
            read.clear();
            row.bind(":after", last);
            while (row.executeStep()) {
                last = row.getColumn(0).getInt64();
                read.push_back(row.getColumn(1).getString());
            }
            row.reset();
            for (const std::string& json : read) f(json);
        } while (read.size() == page);
    });
}

} // namespace had::record
