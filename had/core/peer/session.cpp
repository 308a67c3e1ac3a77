#include "had/core/peer/session.hpp"

#include "had/core/base/hash.hpp"

#include <algorithm>
#include <utility>

namespace had::core {

namespace {

constexpr Duration least_interval = std::chrono::milliseconds(10), most_interval = std::chrono::seconds(60);
constexpr Duration remembered = std::chrono::minutes(1);      // a loss, for what the next return has to earn
constexpr unsigned most_doublings = 6;
constexpr int at_once = 3;                                     // answers
// Then another session begins, after some hours, and long before the sequence could begin anew.
constexpr std::uint32_t last_sequence = 1U << 17;
// An upgrade, or somebody who restarts it, takes less.
constexpr Duration restart_takes = std::chrono::seconds(10);

std::uint64_t micros(TimePoint time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); }

} // namespace

bool PeerSession::Bucket::take(TimePoint now, Duration each) {
    if (full > now + each * (at_once - 1)) return false;
    full = std::max(full, now) + each;
    return true;
}

// The LANs and the peers of a host do not ask all at once.
PeerSession::PeerSession(PeerConfig config, std::uint64_t number, TimePoint now, std::size_t chosen)
    : config_(std::move(config)), session_(number), chosen_(chosen < config_.lans.size() ? chosen : 0),
      lans_(config_.lans.size()) {
    for (std::size_t i = 0; i < lans_.size(); ++i) {
        const auto spread = hash_of({config_.name, config_.lans[i].on}) % static_cast<std::uint64_t>(
                                                                               config_.interval.count());
        lans_[i].ask_at = now + Duration(static_cast<std::int64_t>(spread));
        lans_[i].since = lans_[i].waited = now;
    }
}

// Of what comes in: answers to what is asked here, or the other's inquiries.
Duration PeerSession::expected() const {
    if (config_.role == PeerRole::both || peer_interval_ == Duration{}) return config_.interval;
    return peer_interval_;
}

TimePoint PeerSession::deadline(const Lan& lan) const {
    return lan.waited + expected() * config_.fall + expected() / 4;
}

unsigned PeerSession::needed(const Lan& lan) const {
    return config_.rise << std::min(std::max(lan.losses, 1U) - 1, most_doublings);
}

std::uint8_t PeerSession::lost_bits() const {
    unsigned bits = 0;
    for (std::size_t i = 0; i < lans_.size(); ++i)
        if (!lans_[i].link || lans_[i].state == LanState::lost) bits |= 1U << i;
    return static_cast<std::uint8_t>(bits);
}

void PeerSession::set_state(Lan& lan, LanState state, TimePoint now) {
    if (lan.state == state) return;
    if (state == LanState::lost) {
        if (lan.state == LanState::good && now - lan.since >= remembered) lan.losses = 0;
        ++lan.losses;
        lan.streak = 0;
    }
    lan.state = state;
    lan.since = now;
}

std::vector<PeerSend> PeerSession::set_link(std::size_t at, bool link, TimePoint now) {
    std::vector<PeerSend> sends;
    Lan& lan = lans_.at(at);
    if (lan.link == link) return sends;
    const std::uint8_t before = lost_bits();
    lan.link = link;
    lan.waited = now;
    lan.ask_at = std::max(lan.ask_at, now);
    const bool fresh_start = !link && lan.state == LanState::unproven;
    if (!link && !fresh_start) set_state(lan, LanState::lost, now);
    choose(now);
    tell_change(before, now, sends);
    return sends;
}

// The daemon was busy elsewhere, and what has come in meanwhile is still to be read: nobody is late but itself.
void PeerSession::forgive_lateness(TimePoint now) {
    const auto due = next();
    if (!due || now - *due < expected() / 2) return;
    for (Lan& lan : lans_) lan.waited = std::min(now, lan.waited + (now - *due));
}

std::vector<PeerSend> PeerSession::step(TimePoint now) {
    std::vector<PeerSend> sends;
    forgive_lateness(now);
    if (waits_until_ && now >= *waits_until_) waits_until_.reset();
    const std::uint8_t before = lost_bits();
    for (std::size_t i = 0; i < lans_.size(); ++i) {
        Lan& lan = lans_[i];
        if (!lan.link) continue;
        if (lan.state != LanState::lost && now >= deadline(lan)) set_state(lan, LanState::lost, now);
        if (config_.role != PeerRole::both || now < lan.ask_at) continue;
        lan.ask_at += config_.interval;
        if (lan.ask_at <= now) lan.ask_at = now + config_.interval;
        sends.push_back(inquiry(i, now));
    }
    choose(now);
    tell_change(before, now, sends);
    return sends;
}

std::optional<TimePoint> PeerSession::next() const {
    std::optional<TimePoint> at = waits_until_;
    for (std::size_t i = 0; i < lans_.size(); ++i) {
        const Lan& lan = lans_[i];
        if (lan.link && config_.role == PeerRole::both) earlier(at, lan.ask_at);
        if (lan.link && lan.state != LanState::lost) earlier(at, deadline(lan));
        if (i < chosen_ && lan.usable && config_.failback.kind == FailbackKind::after)
            earlier(at, *lan.usable + config_.failback.after);
    }
    return at;
}

PeerPacket PeerSession::packet(std::size_t at, PeerWord word, TimePoint now) {
    if (lans_[at].sequence >= last_sequence) {
        if (++session_ == 0) ++session_;
        for (Lan& lan : lans_) lan.sequence = lan.echoed = lan.strayed = lan.asked = 0;
    }
    Lan& lan = lans_[at];
    ++lan.sent;
    time_ = std::max(time_ + 1, micros(now));
    std::vector<SharedWord> shared;
    for (const Own& own : own_) {
        shared.push_back(own.word);
        shared.back().lasts = shared_lasts(own.since, now);
    }
    return {.word = word,
            .uses = chosen_ == at,
            .session = session_,
            .your_session = peer_session_,
            .sequence = ++lan.sequence,
            .your_sequence = lan.their_sequence,
            .interval = static_cast<std::uint32_t>(config_.interval.count()),
            .state = lan.state,
            .your_state = lan.theirs,
            .lan = static_cast<std::uint8_t>(at),
            .lost = lost_bits(),
            .time = time_,
            .shared = std::move(shared)};
}

PeerSend PeerSession::inquiry(std::size_t at, TimePoint now) {
    PeerSend send{at, packet(at, PeerWord::inquiry, now)};
    lans_[at].asked = send.packet.sequence;
    lans_[at].asked_at = now;
    return send;
}

// A responder asks nobody: it says so by an answer that nobody has asked for.
void PeerSession::tell_change(std::uint8_t before, TimePoint now, std::vector<PeerSend>& sends) {
    if (lost_bits() != before) tell(now, sends);
}

void PeerSession::tell(TimePoint now, std::vector<PeerSend>& sends) {
    for (std::size_t i = 0; i < lans_.size(); ++i) {
        if (!lans_[i].link) continue;
        if (config_.role == PeerRole::both) sends.push_back(inquiry(i, now));
        else if (peer_session_ != 0) sends.push_back({i, packet(i, PeerWord::answer, now)});
    }
}

bool PeerSession::is_news(std::size_t at, const PeerPacket& p, PeerRefusal& why) {
    Lan& lan = lans_[at];
    why = PeerRefusal::stale;
    if (p.your_session != session_ || p.your_sequence > lan.sequence) return false;
    if (p.session == peer_session_) {
        why = PeerRefusal::replayed;
        return p.sequence > lan.their_sequence;
    }
    if (p.your_sequence <= lan.echoed) return false;
    peer_session_ = p.session;
    peer_time_ = 0;
    for (Lan& each : lans_) each.their_sequence = 0;
    return true;
}

// It echoes what was sent later than all that was echoed before.
bool PeerSession::has_strayed(const PeerPacket& p) {
    if (p.lan >= lans_.size() || p.your_session != session_) return false;
    Lan& lan = lans_[p.lan];
    if (p.your_sequence > lan.sequence || p.your_sequence <= std::max(lan.echoed, lan.strayed)) return false;
    lan.strayed = p.your_sequence;
    return true;
}

void PeerSession::count(Lan& lan, const PeerPacket& p, TimePoint now) {
    const bool counts = (config_.role == PeerRole::both) == (p.word == PeerWord::answer);
    if (counts) {
        if (lan.counted && now - *lan.counted > expected() * 7 / 4) lan.streak = 0;
        lan.counted = now;
        ++lan.streak;
    }
    if (lan.state == LanState::unproven || (lan.state == LanState::lost && lan.streak >= needed(lan)))
        set_state(lan, LanState::good, now);
}

void PeerSession::believe(std::size_t at, const PeerPacket& p, TimePoint now) {
    Lan& lan = lans_[at];
    lan.their_sequence = p.sequence;
    lan.echoed = std::max(lan.echoed, p.your_sequence);
    lan.theirs = p.state;
    lan.heard = lan.waited = now;
    ++lan.received;
    peer_interval_ = std::clamp(Duration(p.interval), least_interval, most_interval);
    if (p.word == PeerWord::answer && p.your_sequence == lan.asked && lan.asked != 0) {
        ++lan.answered;
        lan.round_trip = now - lan.asked_at;
        lan.asked = 0;
    }
    if (p.time > peer_time_) {                // of two LANs the older word may come later
        peer_time_ = p.time;
        peer_lost_ = p.lost;
        if (!p.leaving) waits_until_.reset();
        else if (!left_) waits_until_ = now + restart_takes;
        left_ = p.leaving;
        const auto same = [](const SharedWord& a, const SharedWord& b) { return a.says_the_same(b); };
        if (!std::equal(theirs_.begin(), theirs_.end(), p.shared.begin(), p.shared.end(), same)) ++told_anew_;
        theirs_ = p.shared;
        told_ = now;
    }
    if (lan.link && !p.leaving) count(lan, p, now);
}

PeerSession::Heard PeerSession::hear(std::size_t at, const PeerPacket& p, TimePoint now) {
    Heard heard;
    if (p.lan != at) return {{}, PeerRefusal::misnumbered};
    const std::uint8_t before = lost_bits();
    PeerRefusal why{};
    const bool news = is_news(at, p, why);
    if (news) believe(at, p, now);
    else heard.refused = why;
    if (p.word == PeerWord::inquiry && (news || why == PeerRefusal::stale)) {
        const Duration each =
            std::clamp(Duration(p.interval), least_interval, most_interval) / 2;
        Bucket& bucket = news ? lans_[at].fresh : lans_[at].stale;
        if (bucket.take(now, each)) {
            PeerPacket answer = packet(at, PeerWord::answer, now);
            answer.your_session = p.session;
            answer.your_sequence = p.sequence;
            heard.sends.push_back({at, answer});
        } else {
            heard.refused = PeerRefusal::limited;
        }
    }
    choose(now);
    tell_change(before, now, heard.sends);
    return heard;
}

std::vector<PeerSend> PeerSession::leave(TimePoint now) {
    std::vector<PeerSend> sends;
    for (std::size_t i = 0; i < lans_.size(); ++i) {
        if (!lans_[i].link) continue;
        PeerSend send{i, packet(i, PeerWord::answer, now)};
        send.packet.leaving = true;
        sends.push_back(send);
    }
    return sends;
}

std::vector<PeerSend> PeerSession::set_shared(std::vector<Own> own, TimePoint now) {
    const auto same = [](const Own& a, const Own& b) { return a.word.says_the_same(b.word); };
    const bool news = !std::equal(own_.begin(), own_.end(), own.begin(), own.end(), same);
    own_ = std::move(own);
    std::vector<PeerSend> sends;
    if (news) tell(now, sends);
    return sends;
}

bool PeerSession::is_heard() const {
    return !left_ && std::any_of(lans_.begin(), lans_.end(),
                                 [](const Lan& lan) { return lan.link && lan.state == LanState::good; });
}

bool PeerSession::is_decided(TimePoint now) const {
    if (waits_until_ && now < *waits_until_) return false;
    return left_ || is_heard() || std::all_of(lans_.begin(), lans_.end(), [](const Lan& lan) {
               return !lan.link || lan.state == LanState::lost;
           });
}

std::optional<SharedWatch::Other> PeerSession::shared(std::uint32_t id) const {
    if (!is_heard()) return std::nullopt;
    for (const SharedWord& word : theirs_)
        if (word.id == id) return SharedWatch::Other{word, told_};
    return std::nullopt;
}

LanFinding PeerSession::finding(std::size_t at) const {
    return {.state = lans_.at(at).state, .link = lans_[at].link, .peer_hears = hears_us(at), .text = {}};
}

// Four bits a LAN, of eight at most.
std::uint64_t PeerSession::digest() const {
    std::uint64_t all = chosen_ * 2 + (left_ ? 1U : 0U);
    for (std::size_t i = 0; i < lans_.size(); ++i) {
        const unsigned ways = (lans_[i].link ? 2U : 0U) | (hears_us(i) ? 1U : 0U);
        all = all << 4 | static_cast<unsigned>(lans_[i].state) << 2 | ways;
    }
    return all ^ std::uint64_t{told_anew_} << 40;
}

// The first that serves is the best.  One that is only unproven is not left for another.
void PeerSession::choose(TimePoint now) {
    std::optional<std::size_t> best;
    for (std::size_t i = lans_.size(); i-- > 0;) {
        const bool usable = finding(i).usable();
        if (!usable) lans_[i].usable.reset();
        else if (!lans_[i].usable) lans_[i].usable = now;
        if (usable) best = i;
    }
    if (!best || *best == chosen_) return;
    if (finding(chosen_).lost()) {
        chosen_ = *best;
        return;
    }
    if (*best > chosen_ || config_.failback.kind == FailbackKind::never) return;
    for (std::size_t i = 0; i < chosen_; ++i)
        if (lans_[i].usable && (config_.failback.kind == FailbackKind::automatic ||
                                now - *lans_[i].usable >= config_.failback.after)) {
            chosen_ = i;
            return;
        }
}

void PeerSession::report(std::size_t at, TimePoint now, PeerReport& report) const {
    const Lan& lan = lans_.at(at);
    report.used = chosen_ == at;
    report.link = lan.link;
    report.peer_hears = hears_us(at);
    report.state = lan.state;
    report.lasts = now - lan.since;
    if (lan.heard) report.heard = now - *lan.heard;
    report.sent = lan.sent;
    report.received = lan.received;
    report.answered = lan.answered;
    report.round_trip = lan.round_trip;
}

} // namespace had::core
