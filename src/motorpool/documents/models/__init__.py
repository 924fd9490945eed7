"""The library of documents, and comments and attachments on any record."""

from motorpool.documents.models.analysis import DocumentAiAnalysis, DocumentAuditLog, RAGEmbedding
from motorpool.documents.models.library import Document, DocumentFolder, DocumentVersion
from motorpool.documents.models.records import RECORDS, Comment, RecordAttachment
from motorpool.documents.models.sharing import DocumentComment, DocumentShare

__all__ = [
    "RECORDS",
    "Comment",
    "Document",
    "DocumentAiAnalysis",
    "DocumentAuditLog",
    "DocumentComment",
    "DocumentFolder",
    "DocumentShare",
    "DocumentVersion",
    "RAGEmbedding",
    "RecordAttachment",
]
