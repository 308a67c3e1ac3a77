// `hadctl timeline`: what has happened, drawn on a line of time.
#include "had/control/client.hpp"
#include "had/control/json_text.hpp"
#include "had/core/base/printable.hpp"
#include "had/core/base/utc.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/recorded.hpp"
#include "had/hadctl/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::hadctl {

namespace {

using control::JsonText;

// For a picture: a line on paper has no finer parts.
constexpr std::size_t fine = 600;

JsonText json_of(const record::Row& row) {
    return JsonText{{"object", row.object},
                    {"kind", row.kind},
                    {"cells", row.cells},
                    {"moves", row.moves},
                    {"outages", row.outages},
                    {"failovers", row.failovers},
                    {"last_outages", control::texts(row.last_outages,
                                                    [](const record::Outage& outage) {
                                                        return JsonText{{"state", record::to_string(outage.state)},
                                                                        {"begin", core::utc_micros_text(outage.begin)},
                                                                        {"length_us", outage.length},
                                                                        {"guessed", outage.guessed}};
                                                    })},
                    {"last_failovers", control::texts(row.last_failovers, [](const record::Move& move) {
                         return JsonText{{"time", core::utc_micros_text(move.time)}, {"text", move.text}};
                     })}};
}

// For each of record::cell_letters, and a failover.
struct Letters {
    const char *cells[6], *move;
};
constexpr Letters unicode = {{" ", "▁", "▂", "░", "▄", "█"}, "▼"};
constexpr Letters ascii = {{" ", "_", "-", "?", "o", "#"}, "v"};

std::string drawn(const std::string& cells, const Letters& letters) {
    std::string text;
    for (const char cell : cells)
        text += cell == 'v' ? letters.move : letters.cells[record::cell_letters.find(cell)];
    return text;
}

// "2026-10-03 12:00:07"
std::string seconds(std::int64_t micros) {
    std::string text = core::utc_micros_text(micros).substr(0, 19);
    text[10] = ' ';
    return text;
}

std::string below(const record::Row& row) {
    struct Line {
        std::int64_t time;
        std::string text;
    };
    std::vector<Line> lines;
    for (const record::Outage& out : row.last_outages)
        lines.push_back({out.begin, fmt::format("{} for {}{}", record::to_string(out.state), human(out.length),
                                                out.guessed ? ", a guess" : "")});
    for (const record::Move& move : row.last_failovers) lines.push_back({move.time, move.text});
    std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.time < b.time; });
    std::string text;
    for (const Line& line : lines) text += fmt::format("    {} {}\n", seconds(line.time), line.text);
    return text;
}

} // namespace

std::string timeline_json(const std::vector<record::Row>& rows, const record::Period& period) {
    return JsonText{{"from", core::utc_micros_text(period.from)},
                    {"to", core::utc_micros_text(period.to)},
                    {"objects", control::texts(rows, json_of)}}
        .text();
}

std::string format_timeline(const std::vector<record::Row>& rows, const std::vector<record::Availability>& figures,
                            const record::Period& period, const Style& style, bool each) {
    const Letters& letters = style.unicode ? unicode : ascii;
    std::string out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const record::Row& row = rows[i];
        const record::Availability& a = figures.at(i);
        out += fmt::format("{}  {}, down {} of {}, {} outage{}, {} failover{}\n", core::printable(row.object),
                           percent(a.down, a.known()), human(a.down), human((period.to - period.from) / 100'000),
                           a.outages, a.outages == 1 ? "" : "s", row.failovers, row.failovers == 1 ? "" : "s");
        if (row.failovers > 0) out += drawn(row.moves.substr(0, row.moves.find_last_of('v') + 1), letters) + '\n';
        out += drawn(row.cells, letters) + '\n';
        if (each) out += below(row);
    }
    const std::string from = seconds(period.from), to = seconds(period.to);
    const std::size_t gap = style.width > from.size() + to.size() ? style.width - from.size() - to.size() : 1;
    out += from + std::string(gap, ' ') + to + '\n';
    const auto& c = letters.cells;
    return out + fmt::format("{} down  {} planned  {} unknown  {} unprotected  {} up  {} failover; UTC\n", c[5], c[4],
                             c[3], c[2], c[1], letters.move);
}

Exit timeline(const Options& options) {
    const record::Period period = period_of(options, now().time);
    const Style look = style();
    const record::Database database = recorded();
    try {
        const auto all = measured(database, options.object, period, 0);
        const auto rows = rows_of(database, all, period, options.json ? fine : look.width);
        std::vector<record::Availability> figures;
        for (const Measured& one : all) figures.push_back(one.figures);
        print(options.json ? timeline_json(rows, period) + "\n"
                           : format_timeline(rows, figures, period, look, !options.object.empty()));
    } catch (const record::Trouble& e) {
        throw control::ClientError(Exit::failed, fmt::format("{}: {}", record::database_path(), e.what()));
    }
    return Exit::ok;
}

} // namespace had::hadctl
