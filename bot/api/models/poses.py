"""Poses Resource: ready poses in eight groups, and the account's own."""

from pydantic import Field

from bot.api.models.base import Guessed, Readable, Reply


class Pose(Reply):
    """A ready pose. Observed in public clients, not documented."""

    id: str
    image: str | None = None


class PoseGroup(Reply):
    """Poses of one group; ``type`` goes back in a request beside the pose's id."""

    type: str | None = None
    poses: Readable[Pose] = Field(default_factory=list)


class Poses(Reply):
    """All groups. ``poses_porn`` is the explicit one."""

    poses_standing: Guessed[PoseGroup] = None
    poses_lying: Guessed[PoseGroup] = None
    poses_all_fours: Guessed[PoseGroup] = None
    poses_kneeling: Guessed[PoseGroup] = None
    poses_sitting: Guessed[PoseGroup] = None
    poses_squatting: Guessed[PoseGroup] = None
    poses_suspended: Guessed[PoseGroup] = None
    poses_porn: Guessed[PoseGroup] = None


class CustomPose(Reply):
    """A pose that the account made."""

    id: str
    image: str | None = None
    additional_prompt: str | None = Field(None, description="Goes along with the pose.")
