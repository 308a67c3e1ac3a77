#include "test/chassis/guest.hpp"

#include <algorithm>
#include <utility>
#include <csignal>
#include <fmt/format.h>
#include <stdexcept>
#include <thread>

namespace had::test {
namespace {

// The agent keeps the limits itself; beyond that it gets this long to answer before we call the
// guest dead.
constexpr Limit grace = 30s;

Result result_of(const Json& reply) {
    return {reply.at("rc"), reply.at("out"), reply.at("err"), reply.value("timed_out", false)};
}

std::string without_newline(std::string text) {
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

std::string describe(std::string_view command, const Result& r) {
    return fmt::format("in the guest: {}\n  {}{}{}{}{}", command,
                       r.timed_out ? "took too long and was killed" : fmt::format("exit {}", r.rc),
                       r.out.empty() ? "" : "\n  out: ", r.out,
                       r.err.empty() ? "" : "\n  err: ", r.err);
}

} // namespace

void Guest::wait_ready(Limit limit) {
    if (!port_.receive(Deadline(limit)))
        throw std::runtime_error(fmt::format("the guest did not come up in {} ms", limit.count()));
}

Json Guest::ask(Json request, Limit limit) {
    request["id"] = ++last_id_;
    port_.send(request);
    Deadline deadline(limit + grace);
    while (auto reply = port_.receive(deadline))
        if (reply->value("id", 0) == last_id_) {
            if (reply->contains("error"))
                throw std::runtime_error("the agent in the guest: " +
                                         reply->at("error").get<std::string>());
            return *reply;
        }
    throw std::runtime_error(fmt::format("the guest does not answer: {}", request.dump()));
}

Result Guest::run(std::string_view command, Limit limit) {
    return result_of(
        ask({{"do", "run"}, {"command", command}, {"limit_ms", limit.count()}}, limit));
}

std::string Guest::expect(std::string_view command, Limit limit) {
    Result r = run(command, limit);
    if (r.rc != 0) throw std::runtime_error(describe(command, r));
    return without_newline(r.out);
}

std::string Guest::wait_until(std::string_view command, Limit limit) {
    Json reply = ask({{"do", "wait"}, {"command", command}, {"limit_ms", limit.count()}}, limit);
    if (!reply.at("held"))
        throw std::runtime_error(fmt::format("not so within {} ms, {}", limit.count(),
                                             describe(command, result_of(reply))));
    return without_newline(reply.at("out"));
}

bool Guest::holds_within(std::string_view command, Limit limit) {
    return ask({{"do", "wait"}, {"command", command}, {"limit_ms", limit.count()}}, limit)
        .at("held");
}

void Guest::wait_until(const std::function<bool()>& holds, Limit limit, std::string_view what) {
    Deadline deadline(limit);
    while (!holds()) {
        if (deadline.passed())
            throw std::runtime_error(fmt::format("not so within {} ms: {}", limit.count(), what));
        std::this_thread::sleep_for(20ms);
    }
}

Background Guest::spawn(std::string_view command, std::string_view log) {
    Json reply = ask({{"do", "spawn"}, {"command", command}, {"log", log}}, 0s);
    return {reply.at("pid"), std::string(command), std::string(log)};
}

bool Guest::running(const Background& process) {
    return ask({{"do", "status"}, {"pid", process.pid}, {"limit_ms", 0}}, 0s).at("running");
}

int Guest::wait_exit(const Background& process, Limit limit) {
    Json reply = ask({{"do", "status"}, {"pid", process.pid}, {"limit_ms", limit.count()}}, limit);
    if (reply.at("running"))
        throw std::runtime_error(
            fmt::format("still runs after {} ms: {}", limit.count(), process.command));
    return reply.at("rc");
}

void Guest::signal(const Background& process, int signal_number) {
    ask({{"do", "signal"}, {"pid", process.pid}, {"signal", signal_number}}, 0s);
}

int Guest::stop(const Background& process, Limit limit) {
    signal(process, SIGTERM);
    return wait_exit(process, limit);
}

void Guest::kill_everything() {
    ask({{"do", "kill_everything"}}, 0s);
}

Json Guest::consult(const std::string& socket, const Json& question, Limit limit) {
    return ask({{"do", "consult"},
                {"socket", socket},
                {"question", question},
                {"limit_ms", limit.count()}},
               limit)
        .at("answer");
}

// In pieces: a terminal, which the played chassis speaks through, takes a line of 4095 bytes and drops the rest.
void Guest::write_file(const std::string& path, std::string_view content) {
    constexpr std::size_t most = 1500;
    std::string_view verb = "write";
    do {
        std::size_t length = std::min(most, content.size());
        while (length > 0 && length < content.size() && (content[length] & 0xc0) == 0x80) --length;  // inside a letter
        ask({{"do", std::exchange(verb, "append")}, {"path", path}, {"content", content.substr(0, length)}}, 0s);
        content.remove_prefix(length);
    } while (!content.empty());
}

std::string Guest::read_file(const std::string& path) {
    return run(fmt::format("cat {}", shell_word(path))).out;
}

std::string in_far_end(std::string_view command) {
    return fmt::format("ip netns exec far /bin/sh -c {}", shell_word(command));
}

std::string shell_word(std::string_view word) {
    std::string out = "'";
    for (char c : word)
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

} // namespace had::test
